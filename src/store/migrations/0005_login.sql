-- Our own login, for shops that have none.

-- Sessions again, now with how they were begun. Of the shop's own login there is one a device, because its
-- identity tokens tell nothing else apart; of ours each is one of its own.
CREATE TABLE all_customer_sessions (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    kind TEXT NOT NULL CHECK (kind IN ('identity', 'login')),
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    valid_from BIGINT NOT NULL
);
INSERT INTO all_customer_sessions (id, customer_id, kind, device, created_at, seen_at, valid_from)
    SELECT id, customer_id, 'identity', device, created_at, seen_at, valid_from FROM customer_sessions;
DROP TABLE customer_sessions;
ALTER TABLE all_customer_sessions RENAME TO customer_sessions;
CREATE INDEX customer_sessions_of_customer ON customer_sessions (customer_id);
CREATE UNIQUE INDEX customer_sessions_of_device ON customer_sessions (customer_id, device)
    WHERE kind = 'identity';

-- What a session goes on with: a refresh token in a page's memory, a cookie, a code for another place. Only
-- the SHA-256 is kept, so that a copy of the database opens nothing. Like access tokens they are taken as
-- long as they were given out after the session's `valid_from`. What was used is kept until it expires:
-- that is how it is noticed when it comes again.
CREATE TABLE session_secrets (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES customer_sessions (id),
    kind TEXT NOT NULL CHECK (kind IN ('refresh', 'cookie', 'handover')),
    given_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX session_secrets_of_session ON session_secrets (session_id);
CREATE INDEX session_secrets_by_end ON session_secrets (expires_at);

-- One a customer. `password` is an argon2id hash with its salt and cost (PHC string format).
CREATE TABLE logins (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    email TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (shop_id, email)
);

-- Sign-ups whose address is not confirmed yet. Any number can be for one address: whoever signs up first with
-- somebody else's keeps nobody out. `hash` is of the link's token.
CREATE TABLE sign_ups (
    hash TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    email TEXT NOT NULL,
    password TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ups_of_address ON sign_ups (shop_id, email);
CREATE INDEX sign_ups_by_end ON sign_ups (expires_at);

-- Links to choose another password. One without a customer was asked for by somebody without an account: it
-- leads nowhere, and is written so that asking takes as long.
CREATE TABLE password_resets (
    hash TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT REFERENCES customers (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_of_customer ON password_resets (customer_id);
CREATE INDEX password_resets_by_end ON password_resets (expires_at);

-- Passkeys of who has a login. `user_handle` is what authenticators call the customer, the same for all of one
-- customer; `credential` what they call the passkey. `key_state` holds the public key and never changes, `use_state`
-- has the signature counter. All are bytes in base64url.
CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    user_handle TEXT NOT NULL,
    credential TEXT NOT NULL UNIQUE,
    key_state TEXT NOT NULL,
    use_state TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_of_customer ON passkeys (customer_id, id);

-- What a passkey is to sign, once. One with a customer is for a new passkey, one without for signing in.
CREATE TABLE passkey_challenges (
    challenge TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT REFERENCES customers (id),
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);

-- Who has tried something how often: `subject` is a keyed hash of an address or of an account, whether there
-- is such an account or not. `tries` gets smaller with time, counted from `since`. `free_at`: not before.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY,
    tries BIGINT NOT NULL,
    since BIGINT NOT NULL,
    free_at BIGINT NOT NULL
);
CREATE INDEX attempts_by_age ON attempts (since);
