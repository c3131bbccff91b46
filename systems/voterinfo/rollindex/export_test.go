package rollindex

// OpenBytes opens a roll that lies in memory, so that tests need no file.
var OpenBytes = openBytes
