CREATE TABLE web_draft (
	id      TEXT NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	form    TEXT NOT NULL,
	about   TEXT NOT NULL,
	answers BLOB NOT NULL,
	saved   TEXT NOT NULL,
	expires TEXT NOT NULL
);
CREATE INDEX web_draft_officer ON web_draft (officer, saved);
CREATE INDEX web_draft_expires ON web_draft (expires);
