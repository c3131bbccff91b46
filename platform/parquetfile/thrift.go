package parquetfile

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// compact walks over Thrift's compact protocol, in which Parquet writes its
// footer and the headers of its pages, and decodes none of it but whole
// numbers. It exists because the library that does decode makes room for as
// many list items and letters as a file promises before it looks for them: a
// damaged byte could ask for more memory than the machine has, which ends the
// program. After a walk without error every promise is covered by bytes.
type compact struct {
	b  []byte
	at int
}

var errCompact = errors.New("lengths promise more than there is")

// maxNesting bounds how deep structures may stand in one another.
const maxNesting = 32

func (c *compact) byte() (byte, error) {
	if c.at >= len(c.b) {
		return 0, errCompact
	}
	c.at++
	return c.b[c.at-1], nil
}

func (c *compact) uvarint() (uint64, error) {
	v, n := binary.Uvarint(c.b[c.at:])
	if n <= 0 {
		return 0, errCompact
	}
	c.at += n
	return v, nil
}

func (c *compact) skip(n uint64) error {
	if n > uint64(len(c.b)-c.at) {
		return errCompact
	}
	c.at += int(n)
	return nil
}

// number is told each whole number of the outermost structure (in is 0) and of
// the structures that are its fields (in is that field).
type number func(in, field int16, v int64)

// structure walks one structure, which is field in of another.
func (c *compact) structure(depth int, in int16, tell number) error {
	if depth > maxNesting {
		return errors.New("structures are nested too deep")
	}
	field := int16(0)
	for {
		head, err := c.byte()
		if err != nil || head == 0 {
			return err
		}
		if delta := int16(head >> 4); delta != 0 {
			field += delta
		} else {
			v, err := c.uvarint()
			if err != nil {
				return err
			}
			field = int16(zigzag(v))
		}
		if err := c.value(head&15, depth, in, field, tell); err != nil {
			return err
		}
	}
}

// value walks a value of that type, which is field of the structure in.
func (c *compact) value(kind byte, depth int, in, field int16, tell number) error {
	switch kind {
	case 1, 2: // true, false: the type is the value
		return nil
	case 3: // byte
		return c.skip(1)
	case 4, 5, 6: // whole numbers
		v, err := c.uvarint()
		if err == nil && tell != nil && depth <= 1 {
			tell(in, field, zigzag(v))
		}
		return err
	case 7: // floating point
		return c.skip(8)
	case 8: // text
		n, err := c.uvarint()
		if err != nil {
			return err
		}
		return c.skip(n)
	case 9, 10: // list, set
		return c.list(depth)
	case 12:
		return c.structure(depth+1, field, tell)
	}
	return fmt.Errorf("a value of type %d, which Parquet does not use", kind)
}

func (c *compact) list(depth int) error {
	head, err := c.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = c.uvarint(); err != nil {
			return err
		}
	}
	if n > uint64(len(c.b)-c.at) { // an item has at least a byte
		return errCompact
	}
	kind := head & 15
	for range n {
		if kind <= 2 { // in a list a truth value is a byte
			err = c.skip(1)
		} else {
			err = c.value(kind, depth+1, 0, 0, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
