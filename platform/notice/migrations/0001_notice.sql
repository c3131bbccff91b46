-- What people are told. recipient and content are sealed; recipient_index finds all
-- notices to one number or address without opening any.
CREATE TABLE notice (
	id              TEXT NOT NULL PRIMARY KEY,
	kind            TEXT NOT NULL,
	channel         TEXT NOT NULL,
	language        TEXT NOT NULL,
	masked          TEXT NOT NULL,
	recipient       BLOB NOT NULL,
	recipient_index BLOB NOT NULL,
	content         BLOB NOT NULL,
	on_what         TEXT NOT NULL,
	segments        BIGINT NOT NULL,
	state           TEXT NOT NULL,
	reason          TEXT NOT NULL,
	attempts        BIGINT NOT NULL,
	put             TEXT NOT NULL,
	changed         TEXT NOT NULL
);
CREATE INDEX notice_state     ON notice (state, put);
CREATE INDEX notice_put       ON notice (put);
CREATE INDEX notice_recipient ON notice (recipient_index);

-- The parts of an SMS as the operator numbered them, and its receipts.
CREATE TABLE notice_part (
	operator TEXT NOT NULL,
	number   TEXT NOT NULL,
	notice   TEXT NOT NULL,
	state    TEXT NOT NULL,
	PRIMARY KEY (operator, number)
);
CREATE INDEX notice_part_notice ON notice_part (notice);

-- Receipts that came before the part was written down.
CREATE TABLE notice_receipt (
	operator TEXT NOT NULL,
	number   TEXT NOT NULL,
	state    TEXT NOT NULL,
	came     TEXT NOT NULL,
	PRIMARY KEY (operator, number)
);

-- Who has sent STOP. A wish must outlive the key that it is found by: the number is kept
-- sealed, so that its index can be made anew when the key is changed.
CREATE TABLE notice_stop (
	id              TEXT NOT NULL PRIMARY KEY,
	recipient       BLOB NOT NULL,
	recipient_index BLOB NOT NULL,
	since           TEXT NOT NULL
);
CREATE INDEX notice_stop_recipient ON notice_stop (recipient_index);
