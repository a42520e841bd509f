-- A session can also go on by a cookie that only the shop's own pages send (`Partitioned`).

CREATE TABLE all_session_secrets (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES customer_sessions (id),
    kind TEXT NOT NULL CHECK (kind IN ('refresh', 'cookie', 'partitioned', 'handover')),
    given_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    generation BIGINT NOT NULL
);
INSERT INTO all_session_secrets (hash, session_id, kind, given_at, expires_at, used_at, generation)
    SELECT hash, session_id, kind, given_at, expires_at, used_at, generation FROM session_secrets;
DROP TABLE session_secrets;
ALTER TABLE all_session_secrets RENAME TO session_secrets;
CREATE INDEX session_secrets_of_session ON session_secrets (session_id);
CREATE INDEX session_secrets_by_end ON session_secrets (expires_at);
