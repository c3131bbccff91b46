-- How many questions were answered in which way. Nothing here is of one person.
CREATE TABLE questions (
	day       TEXT    NOT NULL, -- 2027-02-08, in Pakistan
	hour      INTEGER NOT NULL, -- 0 to 23, in Pakistan
	district  TEXT    NOT NULL, -- the found voter's, in English; '' if none was found
	gender    TEXT    NOT NULL, -- M, F, X as the roll has it; '' if none was found
	channel   TEXT    NOT NULL, -- sms, http, web, …
	operator  TEXT    NOT NULL, -- the mobile operator, '' for none
	language  TEXT    NOT NULL, -- of the answer: en, ur, ro
	outcome   TEXT    NOT NULL, -- the answer's stable code
	questions INTEGER NOT NULL,
	PRIMARY KEY (day, hour, district, gender, channel, operator, language, outcome)
) WITHOUT ROWID;
