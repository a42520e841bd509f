-- Which points come next is asked with every balance, however many there have been.
CREATE INDEX point_lots_to_mature ON point_lots (account_id, matures_at)
    WHERE state = 'pending' AND remaining > 0;
