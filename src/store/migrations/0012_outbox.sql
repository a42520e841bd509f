-- Email does not wait behind what is due for webhooks, nor one webhook behind another.

DROP INDEX outbox_due;
CREATE INDEX outbox_due_emails ON outbox (due_at, id) WHERE state = 'waiting' AND channel = 'email';
CREATE INDEX outbox_due_calls ON outbox (target, due_at, id) WHERE state = 'waiting' AND channel = 'webhook';
