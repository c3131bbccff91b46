-- The key under which one officer's queue on one device of a display centre is sealed.
CREATE TABLE centre_device (
	id TEXT PRIMARY KEY,      -- device and officer
	device TEXT NOT NULL,
	officer TEXT NOT NULL,
	key BLOB NOT NULL,        -- sealed
	made TEXT NOT NULL
);
CREATE INDEX centre_device_officer ON centre_device (officer);
