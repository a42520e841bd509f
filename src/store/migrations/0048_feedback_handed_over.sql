-- What was handed over before becomes the first entry of each timeline.
INSERT INTO feedback_entries (id, case_id, kind, staff, text, value, sent, at, worded)
    SELECT 'msg_' || SUBSTR(id, 6), id, 'message', '', body, '', '', opened_at, 0
    FROM handed_over_cases ORDER BY id;
INSERT INTO feedback_entries (id, case_id, kind, staff, text, value, sent, at, worded)
    SELECT 'msg_' || SUBSTR(id, 6, 16) || 'f' || SUBSTR(id, 23), id, 'state', closed_by, '', 'resolved', '', closed_at, 1
    FROM handed_over_cases WHERE closed_at IS NOT NULL ORDER BY id;
DROP TABLE handed_over_cases;
