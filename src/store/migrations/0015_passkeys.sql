-- Passkeys again: now they have names, and people of the staff have some as well. Each is either a customer's or
-- somebody's of the staff.
CREATE TABLE all_passkeys (
    id TEXT PRIMARY KEY,
    customer_id TEXT REFERENCES customers (id),
    staff_id TEXT REFERENCES staff (id),
    user_handle TEXT NOT NULL,
    credential TEXT NOT NULL UNIQUE,
    key_state TEXT NOT NULL,
    use_state TEXT NOT NULL,
    name TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    CHECK ((customer_id IS NULL) <> (staff_id IS NULL))
);
INSERT INTO all_passkeys (id, customer_id, user_handle, credential, key_state, use_state, name, device, created_at,
    used_at)
    SELECT id, customer_id, user_handle, credential, key_state, use_state, '', device, created_at, used_at
    FROM passkeys;
DROP TABLE passkeys;
ALTER TABLE all_passkeys RENAME TO passkeys;
CREATE INDEX passkeys_of_customer ON passkeys (customer_id, id);
CREATE INDEX passkeys_of_staff ON passkeys (staff_id, id);

-- What a passkey is to sign, once. `subject` is whose new passkey it is for, a customer or somebody of the staff, or
-- else where somebody signs in: a shop, or empty for the console. They last for minutes: nobody misses the old ones.
DROP TABLE passkey_challenges;
CREATE TABLE passkey_challenges (
    challenge TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);
CREATE INDEX passkey_challenges_of_subject ON passkey_challenges (subject);
