package supplement

import (
	"cmp"
	"slices"
	"time"

	"intikhab/systems/rolls"
)

// A place is one serial of a list, which is one person's for a whole edition.
type place struct {
	voter  rolls.VoterID
	list   rolls.List
	serial uint32
}

// A stay is all that is known of a place: when it was taken, what happened then, and
// what stands there now.
type stay struct {
	entered time.Time
	changes []rolls.Change
	now     *rolls.Entry // nil if nobody stands there any more
}

// stays sorts entries and changes by their places.
func stays(entries []rolls.Entry, changes []rolls.Change) map[place]*stay {
	all := make(map[place]*stay)
	at := func(e *rolls.Entry) *stay {
		p := place{e.ID, e.List, e.Serial}
		s := all[p]
		if s == nil {
			s = &stay{entered: e.Entered}
			all[p] = s
		}
		return s
	}
	for i := range changes {
		s := at(&changes[i].Before)
		s.changes = append(s.changes, changes[i])
	}
	for i := range entries {
		at(&entries[i]).now = &entries[i]
	}
	for _, s := range all {
		slices.SortStableFunc(s.changes, func(a, b rolls.Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	}
	return all
}

// back tells whether a change put somebody back who had left.
func back(c *rolls.Change) bool {
	return c.Kind == rolls.Correction && c.Before.Standing == rolls.Off
}

// present tells whether the place was somebody's at an instant.
func (s *stay) present(at time.Time) bool {
	here := !s.entered.After(at)
	for i := range s.changes {
		if c := &s.changes[i]; !c.At.After(at) {
			here = here && c.Kind != rolls.Deletion || back(c)
		}
	}
	return here
}

// then is what stood there at an instant, or last before it.
func (s *stay) then(at time.Time) rolls.Entry {
	var last rolls.Entry
	for _, c := range s.changes {
		if c.At.After(at) && c.Before.Standing == rolls.OnRoll {
			return c.Before
		}
		last = c.Before
	}
	if s.now != nil {
		return *s.now
	}
	return last
}

// Between gives what changed in a block after one instant and until another, from the
// entries that stand there now and all changes of the edition, as [Read] gives them.
func Between(entries []rolls.Entry, changes []rolls.Change, from, until time.Time) (s Supplement) {
	s.From, s.Until = from, until
	within := func(t time.Time) bool { return t.After(from) && !t.After(until) }
	for p, one := range stays(entries, changes) {
		l := &s.Lists[p.list]
		before, after := one.present(from), one.present(until)
		if before {
			l.Before++
		}
		if after {
			l.After++
		}
		if within(one.entered) {
			l.Added = append(l.Added, Addition{Entry: one.then(until)})
		}
		left := false
		for i, c := range one.changes {
			switch {
			case !within(c.At):
			case back(&c):
				l.Added = append(l.Added, Addition{Entry: one.then(until), Back: true})
			case c.Kind == rolls.Deletion:
				left = true
				l.Deleted = append(l.Deleted, one.changes[i])
			}
		}
		if before && after && !left {
			if was, is := one.then(from), one.then(until); was.Particulars != is.Particulars {
				l.Corrected = append(l.Corrected, Correction{was, is})
			}
		}
	}
	for i := range s.Lists {
		l := &s.Lists[i]
		slices.SortFunc(l.Added, func(a, b Addition) int {
			return cmp.Or(cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.ID, b.ID))
		})
		slices.SortFunc(l.Deleted, func(a, b rolls.Change) int {
			return cmp.Or(cmp.Compare(a.Before.Serial, b.Before.Serial), cmp.Compare(a.ID, b.ID))
		})
		slices.SortFunc(l.Corrected, func(a, b Correction) int {
			return cmp.Or(cmp.Compare(a.Is.Serial, b.Is.Serial), cmp.Compare(a.Is.ID, b.Is.ID))
		})
	}
	return s
}
