-- Which language a telephone number has chosen. The number stands as a hash
-- under the key in the key file; without that file no row says whose it is.
CREATE TABLE language_memory (
	asker  INTEGER PRIMARY KEY, -- SipHash-2-4 of the number
	choice INTEGER NOT NULL,
	day    INTEGER NOT NULL     -- days since 1970 when it was last chosen or used
);
-- One row: a hash by which a change of key is noticed.
CREATE TABLE language_memory_key (checksum INTEGER NOT NULL);
