-- Webhooks that are switched off, and that exchange their secrets; deliveries by the webhook that they are for.

-- Until `old_until` calls are signed with `old_secret` as well; without one it is empty.
ALTER TABLE webhooks ADD COLUMN active BIGINT NOT NULL DEFAULT 1;
ALTER TABLE webhooks ADD COLUMN old_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN old_until BIGINT;

CREATE INDEX outbox_of_webhook ON outbox (target, id) WHERE channel = 'webhook';
