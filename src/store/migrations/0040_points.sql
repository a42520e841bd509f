-- Membership points: a ledger to which entries are only added, and what is kept beside it for speed. The triggers that
-- hold that are in each database's own words.

-- Published rules: a version is a text (JSON) for good. `restores` is the version whose text it is, where it was taken up again.
CREATE TABLE point_rules (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    version BIGINT NOT NULL,
    rules TEXT NOT NULL,
    note TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    published_by TEXT NOT NULL,
    restores BIGINT,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, version)
);

-- What is being prepared. `revision` rises with every change, so that nobody publishes what nobody has read.
CREATE TABLE point_rule_drafts (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    rules TEXT NOT NULL,
    note TEXT NOT NULL,
    revision BIGINT NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_at BIGINT NOT NULL
);

-- Whose points. The ledger names accounts and never customers: whoever leaves is let go of here, and the ledger stays.
-- `available` (below zero for what a refund has found spent), `pending` and `sequence` (of the latest transaction) are sums of
-- the ledger, written with it and recounted by `bookplate doctor`.
CREATE TABLE point_accounts (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    customer_id TEXT REFERENCES customers (id),
    available BIGINT NOT NULL,
    pending BIGINT NOT NULL CHECK (pending >= 0),
    sequence BIGINT NOT NULL,
    opened_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX point_accounts_of_customer ON point_accounts (customer_id)
    WHERE customer_id IS NOT NULL;

-- Points that came together: by one rule for one line of an order, by signing up, or by an adjustment. `granted` never changes;
-- `remaining` is what is left of it, `taken` what refunds have taken back, `missed` what they found spent and let go, `expired` what
-- was not used in time: sums of the ledger like those above. `earned_on` is the day of the order in the shop's time zone. `told` is
-- how many notices of the expiry were sent.
CREATE TABLE point_lots (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    order_id TEXT REFERENCES orders (id),
    line TEXT NOT NULL,
    rule TEXT NOT NULL,
    version BIGINT NOT NULL,
    earned_on TEXT NOT NULL,
    granted BIGINT NOT NULL CHECK (granted > 0),
    remaining BIGINT NOT NULL CHECK (remaining BETWEEN 0 AND granted),
    taken BIGINT NOT NULL CHECK (taken BETWEEN 0 AND granted),
    missed BIGINT NOT NULL CHECK (missed BETWEEN 0 AND granted),
    expired BIGINT NOT NULL CHECK (expired BETWEEN 0 AND granted),
    state TEXT NOT NULL CHECK (state IN ('pending', 'available')),
    matures_at BIGINT NOT NULL,
    expires_at BIGINT,
    told BIGINT NOT NULL
);
CREATE INDEX point_lots_of_account ON point_lots (account_id, earned_on);
CREATE INDEX point_lots_to_use ON point_lots (account_id, expires_at)
    WHERE state = 'available' AND remaining > 0;
CREATE INDEX point_lots_of_order ON point_lots (order_id, line) WHERE order_id IS NOT NULL;
CREATE INDEX point_lots_pending ON point_lots (matures_at) WHERE state = 'pending';
CREATE INDEX point_lots_expiring ON point_lots (expires_at)
    WHERE state = 'available' AND remaining > 0 AND expires_at IS NOT NULL;

-- Orders that have been looked at for points: each once, by the version that was in force when it was placed.
CREATE TABLE point_orders (
    order_id TEXT PRIMARY KEY REFERENCES orders (id),
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    version BIGINT NOT NULL
);

-- What has happened: why (`kind`, and what it is about), by how much the account's two sums change, and what can be used since.
-- `cause` is there once: what is sent or done again counts once. `sequence` numbers the transactions of an account from 1.
CREATE TABLE point_transactions (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL,
    at BIGINT NOT NULL,
    order_id TEXT REFERENCES orders (id),
    line TEXT NOT NULL,
    refund_id TEXT REFERENCES refunds (id),
    adjustment_id TEXT,
    lot_id TEXT REFERENCES point_lots (id),
    rule TEXT NOT NULL,
    version BIGINT,
    available BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    missed BIGINT NOT NULL CHECK (missed >= 0),
    UNIQUE (shop_id, cause),
    UNIQUE (account_id, sequence)
);
CREATE INDEX point_transactions_of_kind ON point_transactions (account_id, kind, sequence);
CREATE INDEX point_transactions_of_order ON point_transactions (order_id) WHERE order_id IS NOT NULL;

-- The entries of a transaction, which add up to zero. `account` is one of the customer's (`available`, `pending`) or of the
-- shop's (`issued`, `taken_back`, `expired`, `adjusted`, `forfeited`); what is the customer's names the lot, except for points
-- that were spent and have to be given back all the same.
CREATE TABLE point_entries (
    transaction_id TEXT NOT NULL REFERENCES point_transactions (id),
    position BIGINT NOT NULL,
    account TEXT NOT NULL,
    lot_id TEXT REFERENCES point_lots (id),
    points BIGINT NOT NULL CHECK (points <> 0),
    PRIMARY KEY (transaction_id, position)
);
CREATE INDEX point_entries_of_lot ON point_entries (lot_id) WHERE lot_id IS NOT NULL;

-- What people and programs add and take. `reason` is empty once the customer has left.
CREATE TABLE point_adjustments (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    reference TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    points BIGINT NOT NULL,
    reason TEXT NOT NULL,
    by_kind TEXT NOT NULL,
    by_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'rejected')),
    decided_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (shop_id, reference)
);
CREATE INDEX point_adjustments_waiting ON point_adjustments (shop_id, id) WHERE state = 'waiting';
CREATE INDEX point_adjustments_of_account ON point_adjustments (account_id);
