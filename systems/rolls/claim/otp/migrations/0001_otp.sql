-- The codes that were sent. code is the sealed digest of the six digits; number is the
-- telephone, sealed; address_index is the blind index of the network address that asked.
CREATE TABLE otp_code (
	id            TEXT NOT NULL PRIMARY KEY,
	number        BLOB NOT NULL,
	number_index  BLOB NOT NULL,
	address       BLOB NOT NULL,
	address_index BLOB NOT NULL,
	code          BLOB NOT NULL,
	sent          TEXT NOT NULL,
	tries         BIGINT NOT NULL,
	confirmed     TEXT,
	used          BIGINT NOT NULL
);
CREATE INDEX otp_code_number  ON otp_code (number_index, sent);
CREATE INDEX otp_code_address ON otp_code (address_index, sent);
CREATE INDEX otp_code_sent    ON otp_code (sent);
