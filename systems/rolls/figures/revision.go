package figures

import (
	"cmp"
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
)

// Revision is what came and went between two rolls.
type Revision struct {
	Before Roll
	Areas  []Turnover
	Why    []Reason // of the deletions of the whole roll
	// Other is how many more voters there are than those before, the additions and the
	// deletions make: entries that the reversal of a batch took out as if they had never
	// been. It is 0 where that is not known.
	Other int64
}

// Turnover is what came and went in one area: women, others, all.
type Turnover struct {
	Level                     Level
	Key                       string
	Part                      bool
	Added, Deleted, Corrected [3]Number
}

// Reason is how many left the roll for a reason.
type Reason struct {
	Why rolls.Why
	Number
}

// Revision gives what came and went since the roll that a roll is compared with; ok is
// false if there is none.
func (s *Store) Revision(tx *database.Tx, id string) (v Revision, ok bool, err error) {
	r, err := s.Roll(tx, id)
	if err != nil || r.Since == "" {
		return v, false, err
	}
	if v.Before, err = s.Roll(tx, r.Since); err != nil {
		return v, false, err
	}
	counts, err := cells(tx, id)
	if err != nil {
		return v, false, err
	}
	what := map[string]map[Place]*[geography.Genders]int64{added: {}, deleted: {}, corrected: {}}
	for p := range counts {
		for _, of := range what {
			of[p] = new([geography.Genders]int64)
		}
	}
	why := map[rolls.Why]int64{}
	err = tx.Scan(`SELECT what, why, district, na, pa, list, n FROM figures_change WHERE roll = ?`, []any{id}, func(row *database.Row) error {
		place := Place{row.Text(2), geography.Constituency(row.Text(3)), geography.Constituency(row.Text(4))}
		for _, of := range what { // a place that everybody has left
			if of[place] == nil {
				of[place] = new([geography.Genders]int64)
			}
		}
		what[row.Text(0)][place][row.Int64(5)] += row.Int64(6)
		if row.Text(0) == deleted {
			why[rolls.Why(row.Text(1))] += row.Int64(6)
		}
		return nil
	})
	if err != nil {
		return v, false, err
	}
	turnover(&v, &r, what)
	reasons(&v, why)
	if whole := v.Areas[0]; v.Before.Scope == r.Scope && !whole.Added[2].Hidden && !whole.Deleted[2].Hidden {
		v.Other = r.Voters - v.Before.Voters - whole.Added[2].N + whole.Deleted[2].N
	}
	return v, true, nil
}

// turnover hides what is small. Additions and deletions are hidden together: with the
// voters of both rolls each could be computed from the other.
func turnover(v *Revision, r *Roll, what map[string]map[Place]*[geography.Genders]int64) {
	places := placesOf(what[added])
	groups := [3]uint32{1 << geography.Female, 1<<geography.Male | 1<<geography.X, 1<<geography.Genders - 1}
	for _, names := range [][]string{{added, deleted}, {corrected}} {
		s := newSheet(r, places, geography.Genders)
		for _, name := range names {
			layer := make([]int64, 0, len(places)*s.columns)
			for _, p := range places {
				layer = append(layer, what[name][p][:]...)
			}
			s.layers = append(s.layers, layer)
		}
		for a := range s.areas {
			for i, columns := range groups {
				s.add(a, columns, []int64{2, 2, 5}[i])
			}
		}
		s.run()
		if v.Areas == nil {
			for _, a := range s.areas {
				v.Areas = append(v.Areas, Turnover{Level: a.Level, Key: a.Key, Part: a.Part})
			}
		}
		for i := range s.forms {
			a := &v.Areas[s.forms[i].area]
			for layer, name := range names {
				n := Number{N: s.value(layer, &s.forms[i])}
				if s.hidden[i] {
					n = Number{Hidden: true}
				}
				to := map[string]*[3]Number{added: &a.Added, deleted: &a.Deleted, corrected: &a.Corrected}[name]
				to[i%len(groups)] = n
			}
		}
	}
}

// reasons hides small numbers of reasons, and the next smallest while those that are
// hidden could be computed from the sum: until they are at least two, and Small together.
func reasons(v *Revision, why map[rolls.Why]int64) {
	all := v.Areas[0].Deleted[2]
	if all.Hidden {
		return
	}
	for w, n := range why {
		v.Why = append(v.Why, Reason{w, Number{N: n}})
	}
	slices.SortFunc(v.Why, func(a, b Reason) int { return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Why, b.Why)) })
	hidden, sum := 0, int64(0)
	for i := range v.Why {
		n := v.Why[i].N
		if n >= Small && (hidden == 0 || hidden >= 2 && sum >= Small) {
			break
		}
		v.Why[i].Number = Number{Hidden: true}
		hidden, sum = hidden+1, sum+n
	}
	slices.Reverse(v.Why)
}
