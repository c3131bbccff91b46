-- The supplements that were issued: what changed in a block up to an instant belongs to
-- the first of them that ends there or later. id is block-edition-number.
CREATE TABLE supplement_issued (
	id      TEXT NOT NULL PRIMARY KEY,
	block   BIGINT NOT NULL,
	edition BIGINT NOT NULL,
	number  BIGINT NOT NULL,
	until   TEXT NOT NULL,
	officer TEXT NOT NULL
);
CREATE UNIQUE INDEX supplement_issued_number ON supplement_issued (block, edition, number);
