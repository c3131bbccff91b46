package search

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/likeness"
)

// A Query is what an officer looks for. A CNIC alone is enough; else a name or a parent's
// name, or a household of one block.
type Query struct {
	CNIC      cnic.Number
	HasCNIC   bool
	Name      string // in either script, in whichever spelling
	Parent    string // the father's or husband's
	Address   string // some of its words
	Household uint32 // of the one block in Scope
	Scope     rolls.Scope
}

// Shown is how many entries a search shows at most.
const Shown = 20

// opened is how many entries a search opens at most.
const opened = 600

// enough is from which likeness on two names are taken for one (docs/doubles.md).
const enough = 0.8

// A Found is an entry with how like it is to what was looked for, from 0 to 1.
type Found struct {
	rolls.Entry
	Likeness float64
}

var (
	// ErrNothing says that a query has nothing to search by.
	ErrNothing = errors.New("give a CNIC, or a name of at least one full word, or a household of an electoral area")
	// ErrTooMany says that too many bear the name to look at each.
	ErrTooMany = errors.New("too many voters bear that name: add the father's or husband's name, or the electoral area")
	// ErrLimit says that an officer has searched as often as he may in an hour.
	ErrLimit = errors.New("no more searches in this hour")
)

// Find searches in a scope, which the caller has held against the officer's jurisdiction:
// the likest first, at most Shown of them, and whether there are more.
func (e *Engine) Find(tx *database.Tx, q Query) (found []Found, more bool, err error) {
	blocks, err := e.store.Blocks(tx, q.Scope)
	if err != nil {
		return nil, false, err
	}
	in := make(map[geography.BlockCode]bool, len(blocks))
	districts := make(map[int]bool)
	for _, b := range blocks {
		in[b.Code], districts[b.Code.District()] = true, true
	}
	switch {
	case q.HasCNIC:
		one, err := e.store.ByCNIC(tx, q.CNIC)
		if errors.Is(err, rolls.ErrNoVoter) || err == nil && !in[one.Block] {
			return nil, false, nil
		}
		return []Found{{one, 1}}, false, err
	case q.Household != 0 && len(blocks) == 1:
		return e.household(tx, q, blocks[0].Code)
	}
	ids, err := e.candidates(tx, q, districts, in)
	if err != nil {
		return nil, false, err
	}
	return e.compare(tx, q, ids, in)
}

func (e *Engine) household(tx *database.Tx, q Query, block geography.BlockCode) (found []Found, more bool, err error) {
	err = e.store.Of(tx, block, func(one rolls.Entry) error {
		if one.Household == q.Household {
			found = append(found, Found{one, 1})
		}
		return nil
	})
	if len(found) > Shown {
		return found[:Shown], true, err
	}
	return found, false, err
}

// candidates are the voters who may be meant: those who share the most keys with the
// query. Spelling can lose a part of a name, but one who shares fewer than another is less
// likely meant.
func (e *Engine) candidates(tx *database.Tx, q Query, districts map[int]bool, in map[geography.BlockCode]bool) ([]rolls.VoterID, error) {
	names, parents := keysOf(nil, q.Name, ""), keysOf(nil, q.Parent, "")
	if len(names)+len(parents) == 0 {
		return nil, ErrNothing
	}
	if unindexed, err := e.store.Unindexed(tx); err != nil || unindexed {
		return nil, errors.Join(err, rolls.ErrFilling)
	}
	h, err := e.hasher(tx)
	if err != nil {
		return nil, err
	}
	shared := make(map[rolls.VoterID]int)
	for district := range districts {
		for i, key := range append(names[:len(names):len(names)], parents...) {
			of := ofVoter
			if i >= len(names) {
				of = ofParent
			}
			all, err := e.read(tx, h, district, of, key, in)
			if err != nil {
				return nil, err
			}
			for _, p := range all {
				shared[p.id]++
			}
		}
	}
	byCount := make([][]rolls.VoterID, len(names)+len(parents)+1)
	for id, n := range shared {
		byCount[n] = append(byCount[n], id)
	}
	var ids []rolls.VoterID
	for n := len(byCount) - 1; n > 0; n-- {
		if len(ids)+len(byCount[n]) > opened {
			if len(ids) == 0 {
				return nil, fmt.Errorf("%w (about %d)", ErrTooMany, len(byCount[n]))
			}
			break
		}
		ids = append(ids, byCount[n]...)
	}
	slices.Sort(ids)
	return ids, nil
}

// compare opens candidates and keeps those who are like what was looked for.
func (e *Engine) compare(tx *database.Tx, q Query, ids []rolls.VoterID, in map[geography.BlockCode]bool) (found []Found, more bool, err error) {
	entries, err := e.store.GetAll(tx, ids)
	if err != nil {
		return nil, false, err
	}
	name, parent := likeness.Read(q.Name), likeness.Read(q.Parent)
	address := strings.Fields(likeness.Fold(q.Address))
	for _, one := range entries {
		if one.Standing != rolls.OnRoll || !in[one.Block] {
			continue
		}
		like := min(likest(&name, one.NameEn, one.NameUr), likest(&parent, one.ParentEn, one.ParentUr))
		if like >= enough && lives(&one, address) {
			found = append(found, Found{one, like})
		}
	}
	slices.SortFunc(found, func(a, b Found) int { return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(a.ID, b.ID)) })
	if len(found) > Shown {
		return found[:Shown], true, nil
	}
	return found, false, nil
}

// likest is how like a name is to the one that was looked for, in the script that is
// nearer; 1 if none was. An officer who types a part of a name means those who have it:
// each part that tells must be in the name, and the whole name only settles who comes
// first.
func likest(want *likeness.Name, en, ur string) float64 {
	if want.Empty() {
		return 1
	}
	best := 0.0
	for _, text := range [...]string{en, ur} {
		if text != "" {
			name := likeness.Read(text)
			best = max(best, holds(&name, want)*(0.95+0.05*want.Like(&name)))
		}
	}
	return best
}

// holds is how like the parts that were looked for are to those of a name, the least of
// them. Muhammad, Bibi and titles count only where nothing else was given.
func holds(name, want *likeness.Name) float64 {
	parts := want.Parts()
	if telling := slices.DeleteFunc(slices.Clone(parts), func(p likeness.Part) bool { return !p.Tells() }); len(telling) > 0 {
		parts = telling
	}
	least := 1.0
	for _, p := range parts {
		one := likeness.Of(p)
		best := one.Like(name) // joined names
		for _, q := range name.Parts() {
			other := likeness.Of(q)
			best = max(best, one.Like(&other))
		}
		least = min(least, best)
	}
	return least
}

// lives tells whether all words stand in one of an entry's addresses.
func lives(one *rolls.Entry, words []string) bool {
	if len(words) == 0 {
		return true
	}
	for _, a := range [...]rolls.Address{one.Permanent, one.Temporary, one.Posting} {
		for _, text := range [...]string{a.En, a.Ur} {
			have := strings.Fields(likeness.Fold(text))
			if !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(have, w) }) {
				return true
			}
		}
	}
	return false
}
