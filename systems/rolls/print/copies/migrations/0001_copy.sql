-- The copies of rolls that were given out or asked for, by number, which is on each page
-- of them. recipient is sealed. areas are keys of package area: who works in any of them
-- may see the row. ledger and place are the number and the index of the entry in the
-- public log, 0 and -1 until it has one; salt opens its commitment.
CREATE TABLE print_copy (
	number      BIGINT NOT NULL PRIMARY KEY,
	state       TEXT NOT NULL,
	kind        TEXT NOT NULL,
	recipient   BLOB NOT NULL,
	seat        TEXT NOT NULL,
	block       BIGINT NOT NULL,
	areas       TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	languages   TEXT NOT NULL,
	photographs BIGINT NOT NULL,
	reason      TEXT NOT NULL,
	officer     TEXT NOT NULL,
	office      TEXT NOT NULL,
	asked       TEXT NOT NULL,
	approval    TEXT NOT NULL,
	sha256      TEXT NOT NULL,
	pages       BIGINT NOT NULL,
	voters      BIGINT NOT NULL,
	ledger      BIGINT NOT NULL,
	place       BIGINT NOT NULL,
	salt        BLOB NOT NULL,
	ready       TEXT
);
CREATE INDEX print_copy_seat ON print_copy (seat, number);
CREATE INDEX print_copy_approval ON print_copy (approval);
CREATE INDEX print_copy_ledger ON print_copy (ledger);
