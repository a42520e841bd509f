ALTER TABLE feedback_entries DROP CONSTRAINT feedback_entries_kind_check;
ALTER TABLE feedback_entries ADD CONSTRAINT feedback_entries_kind_check
    CHECK (kind IN ('message', 'note', 'state', 'return', 'assigned', 'merged', 'linked', 'order', 'handed_over'));
