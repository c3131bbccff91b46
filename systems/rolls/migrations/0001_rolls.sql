-- The electoral areas: their names, where they lie, who votes where, and the numbers
-- that the next addition to each list gets; consolidated is empty before the first time. district and tehsil are keys of package area.
CREATE TABLE rolls_block (
	code           BIGINT NOT NULL PRIMARY KEY,
	name_en        TEXT NOT NULL,
	name_ur        TEXT NOT NULL,
	tehsil_en      TEXT NOT NULL,
	tehsil_ur      TEXT NOT NULL,
	district_en    TEXT NOT NULL,
	district_ur    TEXT NOT NULL,
	district       TEXT NOT NULL,
	tehsil         TEXT NOT NULL,
	na             TEXT NOT NULL,
	pa             TEXT NOT NULL,
	station_m      TEXT NOT NULL,
	station_f      TEXT NOT NULL,
	station_x      TEXT NOT NULL,
	edition        BIGINT NOT NULL,
	consolidated   TEXT,
	next_m         BIGINT NOT NULL,
	next_f         BIGINT NOT NULL,
	next_x         BIGINT NOT NULL,
	next_household BIGINT NOT NULL,
	version        BIGINT NOT NULL
);
CREATE INDEX rolls_block_district ON rolls_block (district, code);
CREATE INDEX rolls_block_na       ON rolls_block (na, code);
CREATE INDEX rolls_block_pa       ON rolls_block (pa, code);

-- A list of a block whose voters are shared between stations: from this serial on.
CREATE TABLE rolls_split (
	id      TEXT NOT NULL PRIMARY KEY,
	block   BIGINT NOT NULL,
	list    BIGINT NOT NULL,
	serial  BIGINT NOT NULL,
	station TEXT NOT NULL
);
CREATE UNIQUE INDEX rolls_split_place ON rolls_split (block, list, serial);

CREATE TABLE rolls_station (
	id      TEXT NOT NULL PRIMARY KEY,
	kind    TEXT NOT NULL,
	name_en TEXT NOT NULL,
	name_ur TEXT NOT NULL,
	lat     TEXT NOT NULL,
	lon     TEXT NOT NULL
);

-- The voters. particulars is sealed; cnic_index finds a voter without opening any.
-- standing is 1 on the roll, 0 off it. The two indexes that Fill drops have the same
-- text in fill.go.
CREATE TABLE rolls_voter (
	id          BIGINT NOT NULL PRIMARY KEY,
	cnic_index  BLOB NOT NULL,
	block       BIGINT NOT NULL,
	list        BIGINT NOT NULL,
	serial      BIGINT NOT NULL,
	household   BIGINT NOT NULL,
	standing    BIGINT NOT NULL,
	entered     TEXT NOT NULL,
	cause       TEXT NOT NULL,
	version     BIGINT NOT NULL,
	particulars BLOB NOT NULL
);
CREATE UNIQUE INDEX rolls_voter_cnic ON rolls_voter (cnic_index);
CREATE INDEX rolls_voter_place ON rolls_voter (block, list, serial);

-- What an entry was before it was corrected, moved or taken off: before is sealed. An
-- addition has no before; its record is the voter's own row.
CREATE TABLE rolls_change (
	id        BIGINT NOT NULL PRIMARY KEY,
	voter     BIGINT NOT NULL,
	block     BIGINT NOT NULL,
	list      BIGINT NOT NULL,
	serial    BIGINT NOT NULL,
	household BIGINT NOT NULL,
	standing  BIGINT NOT NULL,
	kind      TEXT NOT NULL,
	why       TEXT NOT NULL,
	edition   BIGINT NOT NULL,
	at        TEXT NOT NULL,
	cause     TEXT NOT NULL,
	was       TEXT NOT NULL,
	entered   TEXT NOT NULL,
	version   BIGINT NOT NULL,
	before    BLOB NOT NULL
);
CREATE INDEX rolls_change_block ON rolls_change (block, id);
CREATE INDEX rolls_change_voter ON rolls_change (voter, id);
CREATE INDEX rolls_change_cause ON rolls_change (cause, id);

-- Which household of a block has which number, by a keyed hash of what its members share.
CREATE TABLE rolls_household (
	hash   BIGINT NOT NULL PRIMARY KEY,
	number BIGINT NOT NULL
);

CREATE TABLE rolls_photograph (
	id    TEXT NOT NULL PRIMARY KEY,
	image BLOB NOT NULL
);

-- Keys of the hashes that this database keeps, sealed.
CREATE TABLE rolls_secret (
	name   TEXT NOT NULL PRIMARY KEY,
	secret BLOB NOT NULL
);

-- The next number of voters and of changes, whether the roll is being filled, and how
-- often it was touched.
CREATE TABLE rolls_counter (
	name TEXT NOT NULL PRIMARY KEY,
	next BIGINT NOT NULL
);
