-- What editions are about, as the catalogue says: one category a line.
ALTER TABLE editions ADD COLUMN categories TEXT NOT NULL DEFAULT '';
