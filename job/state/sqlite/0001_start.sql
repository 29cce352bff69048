-- Times are microseconds since 1970 UTC; NULL is "not known" or "not yet".

-- The one row that says what this state is. It keeps its columns in every
-- later schema, so that any version can tell a newer one.
CREATE TABLE meta (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    schema_version INTEGER NOT NULL,
    lineage        TEXT    NOT NULL,
    serial         INTEGER NOT NULL, -- one more with every transaction that changes anything
    epoch          INTEGER NOT NULL  -- one more each time the lock is taken
);

CREATE TABLE run (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    started_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    finished_at INTEGER,
    complete    INTEGER NOT NULL,
    calls       INTEGER NOT NULL,
    retries     INTEGER NOT NULL,
    throttled   INTEGER NOT NULL,
    stops       TEXT    NOT NULL  -- a JSON list: why messages were left unasked
);

-- A user id stands here and nowhere else: erasing a person changes one row.
CREATE TABLE person (
    id      INTEGER PRIMARY KEY,
    user_id TEXT    NOT NULL UNIQUE
);

-- A list of people, stored once however many messages went to them.
CREATE TABLE audience (
    id   INTEGER PRIMARY KEY,
    hash TEXT    NOT NULL UNIQUE,
    size INTEGER NOT NULL
);

CREATE TABLE audience_member (
    audience INTEGER NOT NULL REFERENCES audience (id) ON DELETE CASCADE,
    person   INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (audience, person)
) WITHOUT ROWID;

CREATE TABLE source (
    id       INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    kind     TEXT NOT NULL,
    UNIQUE (provider, kind)
);

CREATE TABLE message (
    id               INTEGER PRIMARY KEY,
    source           INTEGER NOT NULL REFERENCES source (id),
    key              TEXT    NOT NULL,
    address          TEXT    NOT NULL, -- the latest label
    first_asked_at   INTEGER,
    expired_since    INTEGER,
    calls            INTEGER NOT NULL,
    -- A listed audience has a row of its own; one of which only the size is
    -- known has audience_size; neither: not recorded yet.
    audience         INTEGER REFERENCES audience (id),
    audience_size    INTEGER,
    roster           TEXT    NOT NULL,
    -- Numbers in reading; 0: none.
    last_reading     INTEGER NOT NULL,
    previous_reading INTEGER NOT NULL,
    UNIQUE (source, key)
);

CREATE INDEX message_audience ON message (audience) WHERE audience IS NOT NULL;

CREATE TABLE reading (
    message     INTEGER NOT NULL REFERENCES message (id),
    number      INTEGER NOT NULL, -- 1, 2, 3 … for each message
    run         INTEGER NOT NULL REFERENCES run (id),
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    send_status TEXT    NOT NULL,
    readers     INTEGER NOT NULL,
    read        INTEGER NOT NULL,
    PRIMARY KEY (message, number)
) WITHOUT ROWID;

-- Who was seen when follows from the reading that first saw them: its end, and
-- the start of the one before it.
CREATE TABLE reader (
    message INTEGER NOT NULL REFERENCES message (id),
    person  INTEGER NOT NULL REFERENCES person (id),
    reading INTEGER NOT NULL,
    PRIMARY KEY (message, person)
) WITHOUT ROWID;

CREATE TABLE failure (
    message              INTEGER PRIMARY KEY REFERENCES message (id),
    status               TEXT    NOT NULL,
    class                TEXT    NOT NULL,
    http_status          INTEGER NOT NULL,
    code                 TEXT    NOT NULL,
    answer               TEXT    NOT NULL,
    request_id           TEXT    NOT NULL,
    run                  INTEGER NOT NULL REFERENCES run (id),
    failed_at            INTEGER NOT NULL,
    robot_code           TEXT    NOT NULL,
    open_conversation_id TEXT    NOT NULL,
    sent_at              INTEGER
);

-- The middle of a reading: the pages so far, the tokens they brought and the
-- people on them.
CREATE TABLE cursor (
    message    INTEGER PRIMARY KEY REFERENCES message (id),
    next_token TEXT    NOT NULL,
    pages      INTEGER NOT NULL,
    readers    INTEGER NOT NULL,
    barren     INTEGER NOT NULL,
    tokens     INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE cursor_token (
    message INTEGER NOT NULL REFERENCES cursor (message) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    token   TEXT    NOT NULL,
    PRIMARY KEY (message, number)
) WITHOUT ROWID;

CREATE TABLE cursor_reader (
    message INTEGER NOT NULL REFERENCES cursor (message) ON DELETE CASCADE,
    person  INTEGER NOT NULL REFERENCES person (id),
    PRIMARY KEY (message, person)
) WITHOUT ROWID;

CREATE TABLE ledger (
    quota_group TEXT    NOT NULL,
    month       TEXT    NOT NULL, -- 2026-11, as the vendor's calendar has it
    calls       INTEGER NOT NULL,
    PRIMARY KEY (quota_group, month)
) WITHOUT ROWID;

CREATE TABLE robot_stop (
    provider   TEXT    NOT NULL,
    robot_code TEXT    NOT NULL,
    credential TEXT    NOT NULL,
    class      TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    answer     TEXT    NOT NULL,
    request_id TEXT    NOT NULL,
    stopped_at INTEGER NOT NULL,
    PRIMARY KEY (provider, robot_code)
) WITHOUT ROWID;
