package search

import (
	"encoding/binary"
	"errors"
	"slices"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// A place is where a voter of a posting stands, or stood.
type place struct {
	id    rolls.VoterID
	block geography.BlockCode
}

// within is the part of a block's code that a posting keeps: its district is in the hash.
const within = 1_000_000

var errPosting = errors.New("a posting of the search is damaged: make the search's postings anew")

// appendPlaces writes places, by rising number: for each the difference to the number
// before and the last six digits of the block, as varints.
func appendPlaces(b []byte, all []place) []byte {
	last := rolls.VoterID(0)
	for _, p := range all {
		b = binary.AppendUvarint(b, uint64(p.id-last))
		b = binary.AppendUvarint(b, uint64(p.block%within))
		last = p.id
	}
	return b
}

// readPlaces reads what appendPlaces wrote for a census district.
func readPlaces(to []place, b []byte, district int) ([]place, error) {
	last := rolls.VoterID(0)
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errPosting
		}
		rest, m := binary.Uvarint(b[n:])
		if m <= 0 || rest >= within || step > 1<<62 {
			return nil, errPosting
		}
		b, last = b[n+m:], last+rolls.VoterID(step)
		to = append(to, place{last, geography.BlockCode(district)*within + geography.BlockCode(rest)})
	}
	return to, nil
}

// union sorts places and keeps each voter's last: the newest posting stands last.
func union(all []place) []place {
	slices.SortStableFunc(all, func(a, b place) int { return int(a.id - b.id) })
	out := all[:0]
	for i, p := range all {
		if i+1 == len(all) || all[i+1].id != p.id {
			out = append(out, p)
		}
	}
	return out
}
