package feed

import (
	"database/sql"
	"errors"

	"intikhab/systems/rolls/feed/batchfile"
)

func isNoRow(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// numbers is the set of the CNICs that a batch had so far: open addressing, eight bytes
// a slot, since a map of ten millions takes several times the memory.
type numbers struct {
	slots []uint64 // the number + 1; 0 is free
	count int
}

// newNumbers makes room for as many as are expected, within reason.
func newNumbers(expected int64) *numbers {
	size := 1 << 12
	for int64(size)*3/4 < min(expected, 32<<20) {
		size *= 2
	}
	return &numbers{slots: make([]uint64, size)}
}

// add puts a number in, and tells whether it was there.
func (n *numbers) add(number uint64) (there bool) {
	if n.count >= len(n.slots)/8*7 {
		old := n.slots
		n.slots, n.count = make([]uint64, 2*len(old)), 0
		for _, v := range old {
			if v != 0 {
				n.add(v - 1)
			}
		}
	}
	mask := uint64(len(n.slots) - 1)
	for at := (number * 0x9e3779b97f4a7c15 >> 20) & mask; ; at = (at + 1) & mask {
		switch n.slots[at] {
		case 0:
			n.slots[at] = number + 1
			n.count++
			return false
		case number + 1:
			return true
		}
	}
}

// twice gives the rows, by their places, whose number was there before, with a word on
// where; nil if there are none. The first of a batch stays.
func (n *numbers) twice(rows []batchfile.Row) (again map[int]string) {
	for i := range rows {
		if n.add(rows[i].CNIC.RevealUint64()) {
			if again == nil {
				again = map[int]string{}
			}
			again[i] = ""
			for j := range i {
				if rows[j].CNIC == rows[i].CNIC {
					again[i] = " (line " + decimal(rows[j].Line) + ")"
					break
				}
			}
		}
	}
	return again
}

func decimal(n int64) string { return ID(n).String() }
