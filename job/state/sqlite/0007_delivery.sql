-- What each target of deliveries is owed, or was sent last.
CREATE TABLE delivery (
    target     TEXT    PRIMARY KEY, -- email.hr
    run        TEXT    NOT NULL, -- the latest run that was decided about
    owed       TEXT    NOT NULL, -- results, notice or nothing
    changed_at INTEGER, -- when it became owed, or was settled; NULL: neither yet
    silent     INTEGER NOT NULL  -- runs in a row without new data
) WITHOUT ROWID;
