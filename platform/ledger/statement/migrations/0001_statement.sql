-- Public texts that the ledger commits to, numbered within their kind as the ledger
-- wants them: 1, 2, 3. entry is the number of the ledger's entry, -1 before there is one.
CREATE TABLE statement (
	id      TEXT NOT NULL PRIMARY KEY,
	kind    TEXT NOT NULL,
	number  BIGINT NOT NULL,
	salt    BLOB NOT NULL,
	content BLOB NOT NULL,
	made    TEXT NOT NULL,
	entry   BIGINT NOT NULL
);
CREATE UNIQUE INDEX statement_number ON statement (kind, number);
CREATE INDEX statement_entry ON statement (entry);
