-- The staff of shops, what they set, and who has changed what.

-- The languages are BCP 47 tags separated by spaces. Empty text and no radius stand for the usual look.
ALTER TABLE shops ADD COLUMN default_language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE shops ADD COLUMN languages TEXT NOT NULL DEFAULT 'zh-CN zh-TW en ja';
ALTER TABLE shops ADD COLUMN accent TEXT NOT NULL DEFAULT '';
ALTER TABLE shops ADD COLUMN accent_dark TEXT NOT NULL DEFAULT '';
ALTER TABLE shops ADD COLUMN radius BIGINT;
ALTER TABLE shops ADD COLUMN font TEXT NOT NULL DEFAULT '';

-- Several public keys can be in use at once, which is how they are exchanged without a pause.
ALTER TABLE shop_keys ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE shop_keys ADD COLUMN retires_at BIGINT;

-- `code` is what orders carry as their branch.
CREATE TABLE branches (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (shop_id, code)
);

-- `password` is an argon2id hash in PHC form. `totp_secret` is base 32; `totp_step` is the last step of 30
-- seconds whose code was taken, so that no code is taken twice.
CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    totp_secret TEXT NOT NULL,
    totp_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE staff_roles (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'agent', 'manager', 'owner')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, staff_id)
);
CREATE INDEX staff_roles_of_staff ON staff_roles (staff_id);

-- Each recovery code works once and is then deleted. Of codes, links and sessions only the SHA-256 is kept:
-- they are random, and a copy of the database opens nothing.
CREATE TABLE staff_recovery_codes (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    hash TEXT NOT NULL,
    PRIMARY KEY (staff_id, hash)
);

CREATE TABLE staff_sessions (
    id TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_sessions_of_staff ON staff_sessions (staff_id);

-- One-time links. One with a shop gives `role` there. One that `renews` sets password and second factor of
-- whoever has the email address; others only make accounts that are not there yet.
CREATE TABLE staff_links (
    id TEXT PRIMARY KEY,
    shop_id TEXT REFERENCES shops (id),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('', 'viewer', 'agent', 'manager', 'owner')),
    renews BIGINT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    totp_secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_links_of_shop ON staff_links (shop_id, email);

-- Failed sign-ins, so that guessing gets slower and slower, on all instances together. `subject` is a hash
-- of who is tried from where.
CREATE TABLE staff_attempts (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    wait_until BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX staff_attempts_by_age ON staff_attempts (last_at);

-- Who has changed what of a shop's settings, people and keys. `before` and `after` are JSON objects with the
-- fields that differ. Rows are added and never changed; the database itself refuses that (see
-- `0006_staff.sqlite.sql` and `0006_staff.postgres.sql`).
CREATE TABLE audit_log (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('staff', 'key', 'command')),
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX audit_log_of_shop ON audit_log (shop_id, id DESC);
