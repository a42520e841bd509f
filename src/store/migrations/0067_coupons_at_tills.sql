-- Whether a reward's code was used at a till without an order: then no refund opens it again, and the same till's reference is the
-- same use, also where an order had it before and was given back.
ALTER TABLE point_redemptions ADD COLUMN at_till BIGINT NOT NULL DEFAULT 0;
UPDATE point_redemptions SET at_till = 1 WHERE state = 'used' AND NOT EXISTS (SELECT 1 FROM point_reservations v
    WHERE v.redemption_id = point_redemptions.id AND v.state = 'consumed' AND v.order_number = point_redemptions.used_for);
