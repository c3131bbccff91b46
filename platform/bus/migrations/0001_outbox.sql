-- Messages that were put in the transaction of an act, and are sent afterwards.
-- The ids are given by Outbox.Put and grow with time. A message that was sent keeps
-- its line for a while, without the body, so that its key is not sent twice.
CREATE TABLE bus_outbox (
	id         TEXT NOT NULL PRIMARY KEY,
	subject    TEXT NOT NULL, -- work.<queue> or event.<subject>
	message    TEXT NOT NULL, -- its key
	body       BLOB NOT NULL,
	put        TEXT NOT NULL,
	not_before TEXT,
	sent       TEXT,
	UNIQUE (subject, message)
);
CREATE INDEX bus_outbox_waiting ON bus_outbox (id) WHERE sent IS NULL;
CREATE INDEX bus_outbox_sent ON bus_outbox (sent) WHERE sent IS NOT NULL;

-- What handlers have done, in the transaction in which they did it.
CREATE TABLE bus_done (
	queue   TEXT NOT NULL,
	message TEXT NOT NULL, -- its key
	done    TEXT NOT NULL,
	PRIMARY KEY (queue, message)
);
CREATE INDEX bus_done_when ON bus_done (done);
