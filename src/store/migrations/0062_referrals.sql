-- The codes by which customers invite others, made when they are asked for first.
CREATE TABLE referral_codes (
    customer_id TEXT PRIMARY KEY REFERENCES customers (id),
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code TEXT NOT NULL
);
CREATE UNIQUE INDEX referral_codes_by_code ON referral_codes (shop_id, code);

-- Invitations that were taken: of accounts of points, which name nobody once their customers have left. `account_id` was invited
-- by `inviter_id`; `order_id` is the order by which that has earned, once for ever.
CREATE TABLE referrals (
    account_id TEXT PRIMARY KEY REFERENCES point_accounts (id),
    inviter_id TEXT NOT NULL REFERENCES point_accounts (id),
    taken_at BIGINT NOT NULL,
    order_id TEXT REFERENCES orders (id)
);
CREATE INDEX referrals_by_inviter ON referrals (inviter_id, taken_at);
CREATE UNIQUE INDEX referrals_of_order ON referrals (order_id) WHERE order_id IS NOT NULL;
