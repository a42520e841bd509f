-- Whether a version of the rules gives something for invitations, so that a shop without any is asked nothing about them; of
-- versions from before this it is taken for granted.
ALTER TABLE point_rules ADD COLUMN gives_referrals BIGINT NOT NULL DEFAULT 1;
