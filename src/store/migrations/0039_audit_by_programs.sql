-- A shop's programs report orders all day long; what people have changed is to be found between.
CREATE INDEX audit_log_by_people ON audit_log (shop_id, id DESC) WHERE actor_kind <> 'key';
CREATE INDEX audit_log_by_programs ON audit_log (shop_id, id DESC) WHERE actor_kind = 'key';
