// Package supplement is the numbered list of what has changed in a block's roll since it
// was last printed as a whole: who was added, who was taken off, whose particulars were
// corrected. A printed roll and its supplements, 1, 2, 3 and so on, are together the roll
// (sections 36 and 37 of the Elections Act 2017 with their rules, recalled); the next
// consolidated print takes the place of all of them, and their numbers begin anew.
//
// Once issued, a supplement stays as it is: it can be made again at any time from the
// roll's own history. TestSupplementsAddUp shows that a roll and its supplements always
// make the roll as it stands, whatever happened meanwhile.
package supplement

import (
	"time"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// A Supplement is what changed in a block from one instant, which is not in it, to
// another, which is.
type Supplement struct {
	Block       geography.BlockCode
	Edition     int64 // of the print that it belongs to
	Number      int64 // from 1; 0 of one that was not issued
	From, Until time.Time
	Lists       [geography.Genders]List
}

// A List is what changed on one list.
type List struct {
	Before    int // how many stood on it
	Added     []Addition
	Deleted   []rolls.Change
	Corrected []Correction
	After     int // how many stand on it: Before and those added, less those deleted
}

// An Addition is an entry as it stands at the supplement's end, or stood when it left
// again before that. Back says that it is one that had left, with its old serial.
type Addition struct {
	rolls.Entry
	Back bool
}

// A Correction is an entry that stands on the list before and after.
type Correction struct{ Was, Is rolls.Entry }

// Empty tells whether nothing has changed.
func (s *Supplement) Empty() bool {
	for _, l := range s.Lists {
		if len(l.Added)+len(l.Deleted)+len(l.Corrected) > 0 {
			return false
		}
	}
	return true
}

// Size is how many additions, deletions and corrections there are.
func (s *Supplement) Size() (added, deleted, corrected int) {
	for _, l := range s.Lists {
		added, deleted, corrected = added+len(l.Added), deleted+len(l.Deleted), corrected+len(l.Corrected)
	}
	return added, deleted, corrected
}
