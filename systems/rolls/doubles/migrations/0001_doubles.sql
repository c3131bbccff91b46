-- Reports of likely doubles. No person's data: voters stand here by their numbers, and
-- reasons name fields and how they agree, not what is in them.
CREATE TABLE doubles_run (
	number    BIGINT NOT NULL PRIMARY KEY,
	at        TEXT NOT NULL,
	voters    BIGINT NOT NULL,
	compared  BIGINT NOT NULL,
	passed    BIGINT NOT NULL,
	found     BIGINT NOT NULL,
	reported  BIGINT NOT NULL,
	threshold BIGINT NOT NULL
);

-- A pair that the last run did not find stays if an officer has a finding on it. score and
-- doubles_run.threshold are hundredths of a bit. finding is '' until there is one.
CREATE TABLE doubles_pair (
	a       BIGINT NOT NULL,
	b       BIGINT NOT NULL,
	block_a BIGINT NOT NULL,
	block_b BIGINT NOT NULL,
	score   BIGINT NOT NULL,
	reasons TEXT NOT NULL,
	run     BIGINT NOT NULL,
	finding TEXT NOT NULL,
	reason  TEXT NOT NULL,
	officer TEXT NOT NULL,
	office  TEXT NOT NULL,
	at      TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (a, b)
);
CREATE INDEX doubles_pair_score ON doubles_pair (finding, score);
CREATE INDEX doubles_pair_b     ON doubles_pair (b);

-- Every area that one of a pair's blocks is or lies in, by key.
CREATE TABLE doubles_area (
	area TEXT NOT NULL,
	a    BIGINT NOT NULL,
	b    BIGINT NOT NULL,
	PRIMARY KEY (area, a, b)
);
