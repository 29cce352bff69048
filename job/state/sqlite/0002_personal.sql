-- Who was erased stands in person under a tombstone, a keyed digest of the user
-- id. The key is made when the first person is erased; erased counts them.
ALTER TABLE meta ADD COLUMN erasure_key TEXT;
ALTER TABLE meta ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;

-- The serial of the latest change after which the file is to be rewritten, so
-- that nothing of what was deleted is left in it; 0: that is done.
ALTER TABLE meta ADD COLUMN scrub INTEGER NOT NULL DEFAULT 0;

-- When the people of a message were purged, and the number of its latest reading
-- then, whose readers and those before are not known any more; 0: none.
ALTER TABLE message ADD COLUMN purged_at INTEGER;
ALTER TABLE message ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- The reports that were written.
CREATE TABLE report_file (
    path       TEXT    PRIMARY KEY,
    written_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The lineage that the file was made with. An import changes the lineage and not
-- this, which tells a log that belongs to another file.
ALTER TABLE meta ADD COLUMN born TEXT;
UPDATE meta SET born = lineage;
