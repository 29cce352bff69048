-- What reports that name nobody show as one, and its figures as they were last
-- published. Its deliveries never change.
CREATE TABLE cell (
    id        INTEGER PRIMARY KEY,
    pooled    INTEGER NOT NULL,
    segment   TEXT    NOT NULL, -- the column of the roster
    label     TEXT    NOT NULL, -- the group in it; '' is "Other"
    people    INTEGER NOT NULL,
    was_read  INTEGER NOT NULL,
    unread    INTEGER NOT NULL,
    as_of     INTEGER NOT NULL,
    since     INTEGER -- the first reading of it that was published
);

CREATE TABLE cell_part (
    cell    INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
    message INTEGER NOT NULL REFERENCES message (id),
    size    INTEGER NOT NULL,
    listed  INTEGER NOT NULL, -- its people are or were known
    PRIMARY KEY (cell, message)
) WITHOUT ROWID;

CREATE INDEX cell_part_message ON cell_part (message);

-- The people of a part; a purge takes them, and leaves the part.
CREATE TABLE cell_member (
    message INTEGER NOT NULL REFERENCES message (id),
    person  INTEGER NOT NULL REFERENCES person (id),
    cell    INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE,
    PRIMARY KEY (message, person)
) WITHOUT ROWID;
