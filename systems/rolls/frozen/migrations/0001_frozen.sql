-- The rolls that were frozen, and the indexes of 8300 that were built between them.
-- statement is the number of the public text of kind roll or index; file names the frozen
-- roll in the service's folder, "" of an index alone; secret is sealed, and makes the salts
-- of the leaves. scope is as rolls.Scope writes itself.
CREATE TABLE frozen_roll (
	id         TEXT NOT NULL PRIMARY KEY,
	kind       TEXT NOT NULL,
	name       TEXT NOT NULL,
	day        TEXT NOT NULL,
	scope      TEXT NOT NULL,
	voters     BIGINT NOT NULL,
	root       TEXT NOT NULL,
	file       TEXT NOT NULL,
	index_file TEXT NOT NULL,
	index_root TEXT NOT NULL,
	secret     BLOB NOT NULL,
	statement  BIGINT NOT NULL,
	approval   TEXT NOT NULL,
	made       TEXT NOT NULL,
	published  TEXT,
	touched    BIGINT NOT NULL
);
CREATE INDEX frozen_roll_made ON frozen_roll (kind, made);
