-- In how many runs in a row the message, or the robot, was found so, since when,
-- and how many of the message's runs had the same answer.
ALTER TABLE failure ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE failure ADD COLUMN since INTEGER;
ALTER TABLE failure ADD COLUMN same INTEGER NOT NULL DEFAULT 0;
ALTER TABLE robot_stop ADD COLUMN runs INTEGER NOT NULL DEFAULT 1;

-- The vendor's refusal of a month's calls, until the month turns.
CREATE TABLE quota_refusal (
    quota_group TEXT    PRIMARY KEY,
    code        TEXT    NOT NULL,
    answer      TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    refused_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- A tombstone is told from a user id that looks like one.
ALTER TABLE person ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
UPDATE person SET erased = 1 WHERE user_id >= 'erased:' AND user_id < 'erased;';
