-- The programmes of revisions of the rolls, the freezes of section 39 and the
-- commission's overrides. A row is never changed: what changes gets a further version.
-- Days are those of the calendar in Pakistan, 2026-03-01.
CREATE TABLE phase_programme (
	id           TEXT NOT NULL,
	version      BIGINT NOT NULL,
	kind         TEXT NOT NULL,
	scope        TEXT NOT NULL,
	last_day     TEXT NOT NULL,
	reason_en    TEXT NOT NULL,
	reason_ur    TEXT NOT NULL,
	deviation_en TEXT NOT NULL,
	deviation_ur TEXT NOT NULL,
	withdrawn    BIGINT NOT NULL,
	made         TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	approval     TEXT NOT NULL,
	PRIMARY KEY (id, version)
);

CREATE TABLE phase_step (
	programme TEXT NOT NULL,
	version   BIGINT NOT NULL,
	place     BIGINT NOT NULL,
	phase     TEXT NOT NULL,
	from_day  TEXT NOT NULL,
	PRIMARY KEY (programme, version, place)
);

-- closed_day is the day on which the results were announced, '' until then.
CREATE TABLE phase_freeze (
	id         TEXT NOT NULL,
	version    BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	scope      TEXT NOT NULL,
	basis_day  TEXT NOT NULL,
	from_day   TEXT NOT NULL,
	closed_day TEXT NOT NULL,
	reason_en  TEXT NOT NULL,
	reason_ur  TEXT NOT NULL,
	withdrawn  BIGINT NOT NULL,
	made       TEXT NOT NULL,
	made_by    TEXT NOT NULL,
	approval   TEXT NOT NULL,
	PRIMARY KEY (id, version)
);

CREATE TABLE phase_override (
	id        TEXT NOT NULL,
	version   BIGINT NOT NULL,
	freeze_id TEXT NOT NULL,
	scope     TEXT NOT NULL,
	from_day  TEXT NOT NULL,
	to_day    TEXT NOT NULL,
	reason_en TEXT NOT NULL,
	reason_ur TEXT NOT NULL,
	withdrawn BIGINT NOT NULL,
	made      TEXT NOT NULL,
	made_by   TEXT NOT NULL,
	approval  TEXT NOT NULL,
	PRIMARY KEY (id, version)
);
