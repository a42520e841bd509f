-- Few of many: refunds that do not count yet, or never will unless somebody corrects them.
CREATE INDEX refunds_open ON refunds (shop_id, id) WHERE state <> 'applied';
