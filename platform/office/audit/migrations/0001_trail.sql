-- The rows of the officers' audit trail, one for each act, with no gap in seq.
CREATE TABLE audit_row (
	seq        BIGINT NOT NULL PRIMARY KEY,
	at         TEXT   NOT NULL,
	officer    TEXT   NOT NULL,
	acting_for TEXT   NOT NULL,
	office     TEXT   NOT NULL,
	act        TEXT   NOT NULL,
	on_what    TEXT   NOT NULL,
	outcome    BIGINT NOT NULL,
	changes    TEXT   NOT NULL,
	reason     TEXT   NOT NULL,
	request    TEXT   NOT NULL,
	salt       BLOB   NOT NULL,
	commitment BLOB   NOT NULL
);
CREATE INDEX audit_row_at      ON audit_row (at, seq);
CREATE INDEX audit_row_officer ON audit_row (officer, seq);
CREATE INDEX audit_row_office  ON audit_row (office, seq);
CREATE INDEX audit_row_act     ON audit_row (act, seq);
CREATE INDEX audit_row_on      ON audit_row (on_what, seq);
CREATE INDEX audit_row_request ON audit_row (request, seq);
CREATE INDEX audit_row_outcome ON audit_row (outcome, seq);

-- One row: the trail's name and its last row. Every act's transaction changes it.
CREATE TABLE audit_head (
	id         BIGINT NOT NULL PRIMARY KEY,
	trail      TEXT   NOT NULL,
	seq        BIGINT NOT NULL,
	commitment BLOB   NOT NULL
);

-- Which rows stand where in the ledger: rows first_seq to last_seq are the entries
-- ledger_index and following.
CREATE TABLE audit_seal (
	first_seq    BIGINT NOT NULL PRIMARY KEY,
	last_seq     BIGINT NOT NULL,
	ledger_index BIGINT NOT NULL
);

-- One row: which process seals, until when nobody else does, and the last row that
-- is noted in audit_seal.
CREATE TABLE audit_lease (
	id     BIGINT NOT NULL PRIMARY KEY,
	holder TEXT   NOT NULL,
	until  TEXT   NOT NULL,
	sealed BIGINT NOT NULL
);
