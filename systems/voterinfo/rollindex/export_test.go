package rollindex

import "bytes"

// OpenBytes opens a roll that lies in memory, so that tests need no file.
func OpenBytes(b []byte, key Key) (*Roll, error) { return openBytes(b, bytes.NewReader(b), key) }
