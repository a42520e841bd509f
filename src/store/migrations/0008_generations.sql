-- Signing out does not ask a clock: what is given out for a session says of which generation it is, and signing out
-- begins the next one. Two servers whose clocks differ agree on that.

ALTER TABLE customer_sessions ADD COLUMN generation BIGINT NOT NULL DEFAULT 1;
-- Absent while somebody is signed in there. Of our own login it stays; the shop's word begins such a session again.
ALTER TABLE customer_sessions ADD COLUMN ended_at BIGINT;
UPDATE customer_sessions SET ended_at = seen_at WHERE seen_at <= valid_from;
ALTER TABLE customer_sessions DROP COLUMN valid_from;

-- What was given out until now was for no generation: who has it signs in again.
ALTER TABLE session_secrets ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
