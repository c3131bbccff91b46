-- Who bears a name, by a keyed hash of the name's sound in a census district: voters'
-- numbers and the last six digits of their blocks, as posting.go writes them. A voter who
-- has left the name or the place is still in it; a search looks at the entry itself.
CREATE TABLE search_posting (
	id     BIGINT NOT NULL PRIMARY KEY,
	hash   BIGINT NOT NULL,
	voters BLOB NOT NULL
);
CREATE INDEX search_posting_hash ON search_posting (hash, id);

CREATE TABLE search_counter (
	name TEXT NOT NULL PRIMARY KEY,
	next BIGINT NOT NULL
);

-- How often an officer has searched in an hour.
CREATE TABLE search_use (
	id      TEXT NOT NULL PRIMARY KEY,
	times   BIGINT NOT NULL,
	hour    TEXT NOT NULL
);
