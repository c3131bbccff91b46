-- The claims on the roll. body is sealed and holds whatever is personal; claimant and person
-- are once more the CNIC of who asks and of whom it is about, sealed, for their indexes. device is the id
-- that a device gave the claim, or the receipt number where there is none: the same twice
-- is one claim. district, tehsil, na and pa are those of the block, by which an
-- officer's lists are cut to his jurisdiction.
CREATE TABLE claim_claim (
	number         TEXT NOT NULL PRIMARY KEY,
	form           BIGINT NOT NULL,
	asked          TEXT NOT NULL,
	state          TEXT NOT NULL,
	outcome        TEXT NOT NULL,
	version        BIGINT NOT NULL,
	block          BIGINT NOT NULL,
	from_block     BIGINT NOT NULL,
	district       TEXT NOT NULL,
	tehsil         TEXT NOT NULL,
	na             TEXT NOT NULL,
	pa             TEXT NOT NULL,
	from_district  TEXT NOT NULL,
	from_tehsil    TEXT NOT NULL,
	voter          BIGINT NOT NULL,
	voter_version  BIGINT NOT NULL,
	source         TEXT NOT NULL,
	device         TEXT NOT NULL,
	filled         TEXT,
	received       TEXT NOT NULL,
	changed        TEXT NOT NULL,
	entered_by     TEXT NOT NULL,
	conflicts      TEXT NOT NULL,
	hearing_at     TEXT,
	hearing_en     TEXT NOT NULL,
	hearing_ur     TEXT NOT NULL,
	hearing_by     TEXT NOT NULL,
	due            TEXT,
	claimant       BLOB,
	claimant_index BLOB,
	person         BLOB,
	person_index   BLOB,
	body           BLOB NOT NULL
);
CREATE UNIQUE INDEX claim_claim_device ON claim_claim (device);
CREATE INDEX claim_claim_claimant ON claim_claim (claimant_index, received);
CREATE INDEX claim_claim_person   ON claim_claim (person_index, received);
CREATE INDEX claim_claim_voter    ON claim_claim (voter);
CREATE INDEX claim_claim_district ON claim_claim (district, state, received);
CREATE INDEX claim_claim_from     ON claim_claim (from_district, state, received);
CREATE INDEX claim_claim_state    ON claim_claim (state, received);
CREATE INDEX claim_claim_hearing  ON claim_claim (hearing_by, hearing_at);

-- What was done to a claim, step by step; note is sealed.
CREATE TABLE claim_event (
	id      TEXT NOT NULL PRIMARY KEY,
	number  TEXT NOT NULL,
	seq     BIGINT NOT NULL,
	at      TEXT NOT NULL,
	step    TEXT NOT NULL,
	state   TEXT NOT NULL,
	outcome TEXT NOT NULL,
	officer TEXT NOT NULL,
	note    BLOB NOT NULL
);
CREATE UNIQUE INDEX claim_event_order ON claim_event (number, seq);

CREATE TABLE claim_document (
	id      TEXT NOT NULL PRIMARY KEY,
	number  TEXT NOT NULL,
	seq     BIGINT NOT NULL,
	what    TEXT NOT NULL,
	kind    TEXT NOT NULL,
	size    BIGINT NOT NULL,
	added   TEXT NOT NULL,
	content BLOB NOT NULL
);
CREATE UNIQUE INDEX claim_document_order ON claim_document (number, seq);
