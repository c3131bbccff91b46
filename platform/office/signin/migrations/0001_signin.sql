-- How each officer proves who he is. Secrets are hashes or sealed by the vault's key.
CREATE TABLE signin_account (
	officer     TEXT   NOT NULL PRIMARY KEY,
	handle      TEXT   NOT NULL UNIQUE, -- by which passkeys name the officer: random, base64url
	password    TEXT   NOT NULL,        -- argon2id, '' for none
	password_at TEXT,
	code        BLOB,                   -- secret of the code app, sealed
	code_step   BIGINT NOT NULL,        -- the last step of which a code was accepted
	code_at     TEXT,
	language    TEXT   NOT NULL,        -- '' for none chosen
	began       TEXT   NOT NULL
);

CREATE TABLE signin_passkey (
	id         TEXT NOT NULL PRIMARY KEY,
	officer    TEXT NOT NULL,
	credential TEXT NOT NULL UNIQUE, -- SHA-256 of the authenticator's own id for it
	name       TEXT NOT NULL,        -- as the officer calls it
	record     BLOB NOT NULL,        -- WebAuthn's credential record, sealed
	added      TEXT NOT NULL,
	last_used  TEXT,
	stopped    TEXT                  -- since when it is refused: its counter went back
);
CREATE INDEX signin_passkey_officer ON signin_passkey (officer, added);

CREATE TABLE signin_recovery (
	hash    TEXT NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	made    TEXT NOT NULL
);
CREATE INDEX signin_recovery_officer ON signin_recovery (officer);

-- Sessions under way. One that has ended is deleted; the audit trail tells of it.
CREATE TABLE signin_session (
	hash       TEXT   NOT NULL PRIMARY KEY,
	id         TEXT   NOT NULL UNIQUE, -- by which it is listed and ended
	officer    TEXT   NOT NULL,
	kind       TEXT   NOT NULL,        -- full, invitation, recovery
	how        TEXT   NOT NULL,        -- passkey, password, recovery, invitation
	device     TEXT   NOT NULL,
	network    TEXT   NOT NULL,
	agent      TEXT   NOT NULL,
	began      TEXT   NOT NULL,
	last_used  TEXT   NOT NULL,
	proved     TEXT   NOT NULL,        -- when the officer last proved who he is
	office     TEXT   NOT NULL,        -- for which he acts, '' if he has not chosen
	invitation BLOB,                   -- its code sealed, so that it is used up at the end
	password   TEXT   NOT NULL,        -- chosen and not yet taken: its hash
	code       BLOB                    -- offered and not yet taken, sealed
);
CREATE INDEX signin_session_officer ON signin_session (officer, began);

CREATE TABLE signin_device (
	hash       TEXT NOT NULL,
	officer    TEXT NOT NULL,
	first_seen TEXT NOT NULL,
	last_seen  TEXT NOT NULL,
	PRIMARY KEY (officer, hash)
);
CREATE INDEX signin_device_hash ON signin_device (hash);

CREATE TABLE signin_token (
	id        TEXT NOT NULL PRIMARY KEY,
	hash      TEXT NOT NULL UNIQUE,
	officer   TEXT NOT NULL,
	name      TEXT NOT NULL,
	acts      TEXT NOT NULL, -- with spaces between
	area      TEXT NOT NULL, -- '' for as far as the officer's own jurisdiction
	office    TEXT NOT NULL,
	made      TEXT NOT NULL,
	expires   TEXT NOT NULL,
	last_used TEXT
);
CREATE INDEX signin_token_officer ON signin_token (officer, made);

-- Wrong attempts, by account, device or network; the number of rows is bounded.
CREATE TABLE signin_attempt (
	what     TEXT   NOT NULL PRIMARY KEY,
	failures BIGINT NOT NULL,
	last     TEXT   NOT NULL
);

-- Challenges that were answered, until they would have lapsed anyway.
CREATE TABLE signin_spent (
	hash    TEXT NOT NULL PRIMARY KEY,
	expires TEXT NOT NULL
);

CREATE TABLE signin_notice (
	id      TEXT NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	at      TEXT NOT NULL,
	kind    TEXT NOT NULL,
	data    TEXT NOT NULL, -- JSON
	seen    TEXT
);
CREATE INDEX signin_notice_officer ON signin_notice (officer, at);

-- One-time links of officers whose sign-in was reset.
CREATE TABLE signin_restart (
	officer TEXT NOT NULL PRIMARY KEY,
	hash    TEXT NOT NULL UNIQUE,
	expires TEXT NOT NULL
);

-- One row: the key by which ceremonies are signed and buckets are chosen, sealed.
CREATE TABLE signin_key (
	id     TEXT NOT NULL PRIMARY KEY,
	sealed BLOB NOT NULL
);
