-- Customers and their sessions, and the secrets that a shop's own programs use.

-- Secrets of the server itself, shared by all instances.
CREATE TABLE server_secrets (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- `kind` is `api` (a secret key for the shop's backend and tills) or `identity` (what vouches for the
-- shop's customers). `material` is what is needed to check: of an API key its SHA-256, so that a copy of
-- the database opens nothing; of an HS256 secret the secret; of an EdDSA key the public key.
-- Several can be in use at once, which is how they are exchanged without a pause.
CREATE TABLE shop_secrets (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL CHECK (kind IN ('api', 'identity')),
    algorithm TEXT NOT NULL CHECK (algorithm IN ('SHA-256', 'HS256', 'EdDSA')),
    name TEXT NOT NULL,
    material TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retires_at BIGINT
);
CREATE INDEX shop_secrets_of_shop ON shop_secrets (shop_id, kind);
CREATE UNIQUE INDEX shop_secrets_by_key ON shop_secrets (material) WHERE kind = 'api';

-- Absent text is empty. `signed_out_at`: identity tokens made before it are not taken any more.
-- `told_…` is what the shop has said last: only where it says something else does it change what the customer
-- may have changed meanwhile. `told_at` is when the latest identity token was made that was heard; older ones
-- change nothing. `…_checked`: whether the shop vouches that it can be reached by that.
CREATE TABLE customers (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    birthday TEXT NOT NULL,
    member_card TEXT NOT NULL,
    language TEXT NOT NULL,
    told_name TEXT NOT NULL,
    told_phone TEXT NOT NULL,
    told_birthday TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    email_checked BIGINT NOT NULL,
    phone_checked BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    signed_out_at BIGINT NOT NULL
);
CREATE INDEX customers_of_shop ON customers (shop_id, id);

-- By what a customer is found: the shop's own id (`external`), membership card, phone, email. Only what
-- the shop vouches for, or what the customer has confirmed, stands here; each names one customer. `told_at` is
-- when it was said: phone numbers, cards and even addresses are given to somebody else, and the latest word counts.
CREATE TABLE customer_identifiers (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL CHECK (kind IN ('external', 'card', 'phone', 'email')),
    value TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    told_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, kind, value)
);
CREATE INDEX customer_identifiers_of_customer ON customer_identifiers (customer_id, kind);

-- One a device. `valid_from`: what was given out at or before it is not taken any more.
CREATE TABLE customer_sessions (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    UNIQUE (customer_id, device)
);

-- The calling code of the shop's country, digits only (`86`); empty where it is not known. By it a phone number
-- is the same with and without it.
ALTER TABLE shops ADD COLUMN calling_code TEXT NOT NULL DEFAULT '';
