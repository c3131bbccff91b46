-- The offices. Days are dates in Pakistan, "" where there is none.
CREATE TABLE office_office (
	id      TEXT NOT NULL PRIMARY KEY,
	kind    TEXT NOT NULL,
	parent  TEXT NOT NULL,
	name_en TEXT NOT NULL,
	name_ur TEXT NOT NULL,
	area    TEXT NOT NULL,
	extra   TEXT NOT NULL,
	opened  TEXT NOT NULL,
	closed  TEXT NOT NULL
);
CREATE INDEX office_office_parent ON office_office (parent);

-- The accounts. cnic, email and telephone are sealed; the _index columns find a
-- value without opening any, and keep one person to one account.
CREATE TABLE office_officer (
	id          TEXT NOT NULL PRIMARY KEY,
	state       TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	name_ur     TEXT NOT NULL,
	search      TEXT NOT NULL,
	home        TEXT NOT NULL,
	cnic        BLOB NOT NULL,
	cnic_index  BLOB NOT NULL UNIQUE,
	email       BLOB,
	email_index BLOB,
	telephone   BLOB,
	added       TEXT NOT NULL,
	added_by    TEXT NOT NULL
);
CREATE INDEX office_officer_name  ON office_officer (name_en, id);
CREATE INDEX office_officer_home  ON office_officer (home, name_en, id);
CREATE INDEX office_officer_email ON office_officer (email_index);

CREATE TABLE office_appointment (
	id           TEXT NOT NULL PRIMARY KEY,
	officer      TEXT NOT NULL,
	office       TEXT NOT NULL,
	role         TEXT NOT NULL,
	areas        TEXT NOT NULL,
	from_day     TEXT NOT NULL,
	to_day       TEXT NOT NULL,
	granted      TEXT NOT NULL,
	granted_by   TEXT NOT NULL,
	approved_by  TEXT NOT NULL,
	reason       TEXT NOT NULL,
	ended        TEXT,
	ended_by     TEXT NOT NULL,
	ended_reason TEXT NOT NULL
);
CREATE INDEX office_appointment_officer ON office_appointment (officer);
CREATE INDEX office_appointment_office  ON office_appointment (office);
CREATE INDEX office_appointment_role    ON office_appointment (role);

-- Leaves, and the charge of a substitute during one.
CREATE TABLE office_leave (
	id              TEXT NOT NULL PRIMARY KEY,
	appointment     TEXT NOT NULL,
	from_day        TEXT NOT NULL,
	to_day          TEXT NOT NULL,
	given           TEXT NOT NULL,
	given_by        TEXT NOT NULL,
	reason          TEXT NOT NULL,
	substitute      TEXT NOT NULL,
	charged         TEXT,
	charged_by      TEXT NOT NULL,
	charge_approved TEXT NOT NULL,
	charge_reason   TEXT NOT NULL,
	ended           TEXT,
	ended_by        TEXT NOT NULL,
	ended_reason    TEXT NOT NULL
);
CREATE INDEX office_leave_appointment ON office_leave (appointment);
CREATE INDEX office_leave_substitute  ON office_leave (substitute);

-- One-time links by which an account is opened. The token itself is nowhere: hash
-- is its SHA-256. first is 1 in the link of the first administrator, whose officer is
-- "" until he has said who he is.
CREATE TABLE office_invitation (
	hash    TEXT NOT NULL PRIMARY KEY,
	officer TEXT NOT NULL,
	first   BIGINT NOT NULL,
	made    TEXT NOT NULL,
	made_by TEXT NOT NULL,
	expires TEXT NOT NULL,
	used    TEXT
);
CREATE INDEX office_invitation_officer ON office_invitation (officer);

-- What one officer has asked for and another must approve. The payload is canonical
-- JSON and never changes; it holds no personal data in the clear.
CREATE TABLE office_approval (
	id         TEXT NOT NULL PRIMARY KEY,
	act        TEXT NOT NULL,
	on_what    TEXT NOT NULL,
	areas      TEXT NOT NULL,
	payload    TEXT NOT NULL,
	hash       TEXT NOT NULL,
	state      TEXT NOT NULL,
	asked      TEXT NOT NULL,
	asked_by   TEXT NOT NULL,
	asked_as   TEXT NOT NULL,
	reason     TEXT NOT NULL,
	lapses     TEXT NOT NULL,
	decided    TEXT,
	decided_by TEXT NOT NULL,
	decided_as TEXT NOT NULL,
	answer     TEXT NOT NULL,
	done       TEXT,
	pending    TEXT UNIQUE
);
CREATE INDEX office_approval_state ON office_approval (state, asked);
CREATE INDEX office_approval_asker ON office_approval (asked_by, asked);
