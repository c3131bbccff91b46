-- The batches of the identity authority. manifest is its signed text; preview and done
-- are counts, and a few masked rows, in JSON. next_chunk numbers what is staged; cursor
-- is the last chunk that was applied, or how far the reversal is; until is the last chunk
-- of this run. run names the process that works on it.
CREATE TABLE feed_batch (
	id          BIGINT NOT NULL PRIMARY KEY,
	authority   TEXT NOT NULL,
	name        TEXT NOT NULL,
	sequence    BIGINT NOT NULL,
	digest      TEXT NOT NULL,
	manifest    TEXT NOT NULL,
	state       TEXT NOT NULL,
	why         TEXT NOT NULL,
	total       BIGINT NOT NULL,
	rejected    BIGINT NOT NULL,
	next_chunk  BIGINT NOT NULL,
	step        BIGINT NOT NULL,
	cursor_at   BIGINT NOT NULL,
	until_chunk BIGINT NOT NULL,
	filling     BIGINT NOT NULL,
	first_voter BIGINT NOT NULL,
	preview     BLOB,
	done        TEXT NOT NULL,
	officer     TEXT NOT NULL,
	office      TEXT NOT NULL,
	request     TEXT NOT NULL,
	reason      TEXT NOT NULL,
	received    TEXT NOT NULL,
	changed     TEXT NOT NULL,
	run         TEXT NOT NULL
);
CREATE INDEX feed_batch_digest ON feed_batch (digest);

-- What is staged: rows of a batch, compressed and sealed. A chunk goes when it is applied.
CREATE TABLE feed_chunk (
	id     TEXT NOT NULL PRIMARY KEY,
	batch  BIGINT NOT NULL,
	number BIGINT NOT NULL,
	count  BIGINT NOT NULL,
	sealed BLOB NOT NULL
);
CREATE UNIQUE INDEX feed_chunk_place ON feed_chunk (batch, number);

-- Rows that were not taken, with their reasons, sealed as a list.
CREATE TABLE feed_reject (
	id     TEXT NOT NULL PRIMARY KEY,
	batch  BIGINT NOT NULL,
	number BIGINT NOT NULL,
	count  BIGINT NOT NULL,
	sealed BLOB NOT NULL
);
CREATE UNIQUE INDEX feed_reject_place ON feed_reject (batch, number);

-- The electoral areas that a batch has changed, which a reversal asks the phase of.
CREATE TABLE feed_block (
	id    TEXT NOT NULL PRIMARY KEY,
	batch BIGINT NOT NULL,
	block BIGINT NOT NULL
);
CREATE INDEX feed_block_batch ON feed_block (batch);

-- Entries of a batch to which something has happened since, and which its reversal left.
CREATE TABLE feed_left (
	id    TEXT NOT NULL PRIMARY KEY,
	batch BIGINT NOT NULL,
	voter BIGINT NOT NULL
);
CREATE INDEX feed_left_batch ON feed_left (batch, voter);
