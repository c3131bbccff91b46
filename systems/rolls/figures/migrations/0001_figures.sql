-- Frozen rolls of which there are figures. changes is the last change of the rolls'
-- history then; since is the roll with which it was compared, '' where there was none.
CREATE TABLE figures_roll (
	roll    TEXT NOT NULL PRIMARY KEY,
	name    TEXT NOT NULL,
	day     TEXT NOT NULL,
	scope   TEXT NOT NULL,
	voters  BIGINT NOT NULL,
	made    TEXT NOT NULL,
	changes BIGINT NOT NULL,
	since   TEXT NOT NULL
);

-- How many voters of a list and an age band stood in a roll, by where their blocks lie.
-- Small numbers stand here as they are: what is published is made of them by the rule
-- that hides those.
CREATE TABLE figures_cell (
	roll     TEXT NOT NULL,
	district TEXT NOT NULL,
	na       TEXT NOT NULL,
	pa       TEXT NOT NULL,
	list     BIGINT NOT NULL,
	band     BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (roll, district, na, pa, list, band)
);

-- What came, went and was corrected between the roll and the one that it is compared with.
CREATE TABLE figures_change (
	roll     TEXT NOT NULL,
	what     TEXT NOT NULL,
	why      TEXT NOT NULL,
	district TEXT NOT NULL,
	na       TEXT NOT NULL,
	pa       TEXT NOT NULL,
	list     BIGINT NOT NULL,
	n        BIGINT NOT NULL,
	PRIMARY KEY (roll, what, why, district, na, pa, list)
);
