-- A wish to be left alone must outlive the key it was found by: the number is kept
-- sealed, so that its index can be made anew when the key is changed.
DROP TABLE notice_stop;
CREATE TABLE notice_stop (
	id              TEXT NOT NULL PRIMARY KEY,
	recipient       BLOB NOT NULL,
	recipient_index BLOB NOT NULL,
	since           TEXT NOT NULL
);
CREATE INDEX notice_stop_recipient ON notice_stop (recipient_index);
