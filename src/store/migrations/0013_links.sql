-- What a link of the staff's may depends on who has made it, at the moment at which it is used. Links from before
-- name nobody: whoever holds one asks for a new one.
DELETE FROM staff_links;
-- Somebody of the staff; empty for the operator.
ALTER TABLE staff_links ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
-- SHA-256 of a second secret part, which only whoever reads mail to the address has seen, and until when it works.
ALTER TABLE staff_links ADD COLUMN mail_hash TEXT;
ALTER TABLE staff_links ADD COLUMN mail_until BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX staff_links_mailed ON staff_links (mail_hash);
CREATE INDEX staff_links_by_maker ON staff_links (made_by);
CREATE INDEX staff_links_by_email ON staff_links (email);

-- When password and second factor were set by somebody who reads mail to the address, or by a link of the
-- operator's. Absent while anybody could have done so who was handed a link for that address.
ALTER TABLE staff ADD COLUMN confirmed_at BIGINT;

-- Whom an invitation was for. The audit log, which keeps everything for ever, names the invitation; the address is
-- only here, and forgotten.
CREATE TABLE staff_invited (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    forget_at BIGINT NOT NULL
);
CREATE INDEX staff_invited_by_age ON staff_invited (forget_at);

-- Attempts of the staff are counted with those of customers, in `attempts`.
DROP TABLE staff_attempts;
