-- A run that several processes carry out side by side has the name of its schedule and
-- their number; else '' and 0.
ALTER TABLE run ADD COLUMN schedule TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN shards BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX run_schedule ON run (schedule) WHERE schedule <> '';

-- The parts of such a run: the shards from 0 on, and behind them the reports.
CREATE TABLE shard (
    run         BIGINT NOT NULL REFERENCES run (id),
    number      BIGINT NOT NULL,
    finished_at BIGINT,
    calls       BIGINT NOT NULL DEFAULT 0, -- that commits have put on the run
    -- One more each time a process takes the part, and with each of its transactions.
    epoch       BIGINT NOT NULL DEFAULT 0,
    commits     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (run, number)
);
