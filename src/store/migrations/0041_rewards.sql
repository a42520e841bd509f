-- What points are spent for: orders, which hold them before they are paid, and rewards.

-- What the staff offers. `content` is JSON, as the API has it; what is asked for by itself stands beside it. `stock` is how many
-- there are in all, `taken` how many customers have had and not cancelled: never more, however many ask at once.
CREATE TABLE point_rewards (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    content TEXT NOT NULL,
    points BIGINT NOT NULL CHECK (points > 0),
    active BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    stock BIGINT,
    taken BIGINT NOT NULL CHECK (taken >= 0 AND (stock IS NULL OR taken <= stock)),
    created_at BIGINT NOT NULL
);
CREATE INDEX point_rewards_of_shop ON point_rewards (shop_id, id);

-- What customers have had: `content` as the reward was then, and a code. `used_for` is the shop's number of an order, or the
-- reference of a till.
CREATE TABLE point_redemptions (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    reward_id TEXT NOT NULL REFERENCES point_rewards (id),
    reference TEXT NOT NULL,
    content TEXT NOT NULL,
    points BIGINT NOT NULL CHECK (points > 0),
    code TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'held', 'used', 'cancelled', 'expired')),
    used_for TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    UNIQUE (shop_id, code),
    UNIQUE (account_id, reference)
);
CREATE INDEX point_redemptions_of_account ON point_redemptions (account_id, id);
CREATE INDEX point_redemptions_of_reward ON point_redemptions (reward_id);
CREATE INDEX point_redemptions_expiring ON point_redemptions (expires_at)
    WHERE state = 'open' AND expires_at IS NOT NULL;

-- Points and a coupon that orders hold, or were paid with. All amounts are in one currency; `worth` is what the points pay by the
-- version of the rules of then, `returned` how many of them refunds of the order have given back.
CREATE TABLE point_reservations (
    id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    account_id TEXT NOT NULL REFERENCES point_accounts (id),
    reference TEXT NOT NULL,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL,
    points BIGINT NOT NULL CHECK (points >= 0),
    worth BIGINT NOT NULL,
    version BIGINT NOT NULL,
    redemption_id TEXT REFERENCES point_redemptions (id),
    discount BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'consumed', 'released', 'expired')),
    order_number TEXT NOT NULL,
    returned BIGINT NOT NULL CHECK (returned BETWEEN 0 AND points),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (shop_id, reference)
);
CREATE INDEX point_reservations_of_account ON point_reservations (account_id, id);
CREATE INDEX point_reservations_of_order ON point_reservations (shop_id, order_number)
    WHERE state = 'consumed';
CREATE INDEX point_reservations_held ON point_reservations (expires_at) WHERE state = 'held';
CREATE INDEX point_reservations_of_redemption ON point_reservations (redemption_id)
    WHERE redemption_id IS NOT NULL;

ALTER TABLE point_transactions ADD COLUMN reservation_id TEXT REFERENCES point_reservations (id);
ALTER TABLE point_transactions ADD COLUMN redemption_id TEXT REFERENCES point_redemptions (id);
CREATE INDEX point_transactions_of_reservation ON point_transactions (reservation_id)
    WHERE reservation_id IS NOT NULL;
CREATE INDEX point_transactions_of_redemption ON point_transactions (redemption_id)
    WHERE redemption_id IS NOT NULL;

-- Points that were spent and come back are a lot of their own; `origin_id` is the one that has earned them.
ALTER TABLE point_lots ADD COLUMN origin_id TEXT REFERENCES point_lots (id);
CREATE INDEX point_lots_of_origin ON point_lots (origin_id) WHERE origin_id IS NOT NULL;
