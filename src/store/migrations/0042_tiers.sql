-- In which tiers customers are, and why. The triggers that hold that lines are only added are in each database's own words.

-- What is looked at: `sequence` is that of the latest change (0 for none), `due_at` when time changes something, `told` how many
-- notices of the end of the latest change's tier were sent, `seen` the latest change that the customer was shown.
CREATE TABLE point_tiers (
    account_id TEXT PRIMARY KEY REFERENCES point_accounts (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sequence BIGINT NOT NULL,
    due_at BIGINT,
    told BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
CREATE INDEX point_tiers_due ON point_tiers (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX point_tiers_of_shop ON point_tiers (shop_id);

-- The history: which tier somebody has held since when (`at`, the day `on_day`), by which version of the rules, and why. What was
-- counted (`figure`, of the days from `counted_from` to `counted_to`) is by the measure of that version; `basis` is how much of it
-- has to be left. Days are empty where the tier has no end. It goes with its customer.
CREATE TABLE point_tier_changes (
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reached', 'renewed', 'lowered', 'withdrawn')),
    tier TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    figure BIGINT NOT NULL,
    needed BIGINT NOT NULL,
    basis BIGINT NOT NULL,
    counted_from TEXT NOT NULL,
    counted_to TEXT NOT NULL,
    keeps_from TEXT NOT NULL,
    until_day TEXT NOT NULL,
    ends_day TEXT NOT NULL,
    PRIMARY KEY (account_id, sequence)
);

-- Shops whose tiers have changed with a version of the rules: behind which account it is still to be looked who reaches one.
CREATE TABLE point_tier_reviews (
    shop_id TEXT PRIMARY KEY REFERENCES shops (id),
    version BIGINT NOT NULL,
    behind TEXT NOT NULL
);
