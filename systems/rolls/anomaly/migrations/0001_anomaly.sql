-- What the passes over the roll find. No person's data: voters stand here by their
-- numbers. settings and counts are JSON.
CREATE TABLE anomaly_run (
	number   BIGINT NOT NULL PRIMARY KEY,
	at       TEXT NOT NULL,
	voters   BIGINT NOT NULL,
	blocks   BIGINT NOT NULL,
	took     BIGINT NOT NULL,
	settings TEXT NOT NULL,
	counts   TEXT NOT NULL
);

-- That a pass was asked for by an officer, and has not begun yet.
CREATE TABLE anomaly_wish (
	id      TEXT NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	at      TEXT NOT NULL
);

-- A thing that was found. id is a block's code, a constituency, or a voter's number: of a
-- household or an address that of its first voter. measure and beside are whole numbers
-- whose meaning the kind says. What the last run did not find stays if there is a finding
-- on it; run is the last that found it. finding is '' until there is one.
CREATE TABLE anomaly_item (
	kind     TEXT NOT NULL,
	id       TEXT NOT NULL,
	block    BIGINT NOT NULL,
	district TEXT NOT NULL,
	tehsil   TEXT NOT NULL,
	na       TEXT NOT NULL,
	pa       TEXT NOT NULL,
	measure  BIGINT NOT NULL,
	beside   BIGINT NOT NULL,
	basis    TEXT NOT NULL,
	since    TEXT NOT NULL,
	run      BIGINT NOT NULL,
	finding  TEXT NOT NULL,
	reason   TEXT NOT NULL,
	officer  TEXT NOT NULL,
	office   TEXT NOT NULL,
	at       TEXT NOT NULL,
	version  BIGINT NOT NULL,
	PRIMARY KEY (kind, id)
);
CREATE INDEX anomaly_item_district ON anomaly_item (district, kind);
CREATE INDEX anomaly_item_na       ON anomaly_item (na, kind);
CREATE INDEX anomaly_item_pa       ON anomaly_item (pa, kind);
CREATE INDEX anomaly_item_block    ON anomaly_item (block, kind);

-- The figures of every block as of the last run; bands are voters by list and age band.
CREATE TABLE anomaly_block (
	code       BIGINT NOT NULL PRIMARY KEY,
	men        BIGINT NOT NULL,
	women      BIGINT NOT NULL,
	x          BIGINT NOT NULL,
	fresh      BIGINT NOT NULL,
	households BIGINT NOT NULL,
	largest    BIGINT NOT NULL,
	bands      TEXT NOT NULL
);

-- The same of districts and constituencies, by key of package area; fresh is the median
-- of the blocks' shares of new voters, per thousand.
CREATE TABLE anomaly_area (
	area   TEXT NOT NULL PRIMARY KEY,
	blocks BIGINT NOT NULL,
	men    BIGINT NOT NULL,
	women  BIGINT NOT NULL,
	x      BIGINT NOT NULL,
	fresh  BIGINT NOT NULL
);
