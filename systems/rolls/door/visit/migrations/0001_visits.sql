-- What a citizen has answered so far, sealed; a row goes when the claim is filed, or
-- after a few hours.
CREATE TABLE visit (
	id TEXT PRIMARY KEY,      -- digest of the secret in the cookie
	body BLOB NOT NULL,       -- sealed
	version BIGINT NOT NULL,
	changed TEXT NOT NULL
);
CREATE INDEX visit_changed ON visit (changed);

CREATE TABLE visit_document (
	id TEXT PRIMARY KEY,
	visit TEXT NOT NULL,
	what TEXT NOT NULL,
	kind TEXT NOT NULL,
	size BIGINT NOT NULL,
	content BLOB NOT NULL     -- sealed
);
CREATE INDEX visit_document_visit ON visit_document (visit);
