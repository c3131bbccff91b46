package doubles

import (
	"testing"

	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people"
)

// TestPeople is TestRecall on the people of package people, who were made without a
// thought of how doubles are found: families by real ages, other spellings, other
// differences between the two cards.
func TestPeople(t *testing.T) {
	p, err := people.New(people.Config{Voters: *voters, Seed: 11, Peculiar: people.Peculiar{Doubles: *voters / 500}})
	if err != nil {
		t.Fatal(err)
	}
	f := New(Standard())
	err = p.Each(func(i int, q people.Person) error {
		address := q.Permanent
		switch q.Chosen {
		case people.TemporaryAddress:
			address = q.Temporary
		case people.PostingAddress:
			address = q.Posting
		}
		f.Add(0, &Record{ID: rolls.VoterID(i + 1), Block: q.Block, List: q.Gender, Relation: rolls.Relation(q.Relation),
			Born:   rolls.Date{Year: q.Born.Year, Month: q.Born.Month, Day: q.Born.Day},
			NameEn: q.NameEn, NameUr: q.NameUr, ParentEn: q.ParentEn, ParentUr: q.ParentUr, Address: address.Ur})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	known := map[pairOf][]string{}
	for _, d := range p.Known().Doubles {
		var how []string
		for bit, what := range []string{"name spelt otherwise", "name spelt otherwise in Urdu", "parent spelt otherwise", "name shortened", "day and month swapped", "a year off", "another house"} {
			if d.By&(1<<bit) != 0 {
				how = append(how, what)
			}
		}
		known[pairOf{rolls.VoterID(min(d.Of, d.Is) + 1), rolls.VoterID(max(d.Of, d.Is) + 1)}] = how
	}
	pairs, figures, err := f.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := judge(pairs, known)
	t.Logf("doubles %d, reported %d, %.0f a million voters: recall %.3f, precision %.3f; %+v",
		len(known), len(pairs), 1e6*float64(len(pairs))/float64(figures.Voters), r.recall, r.precision, figures)
	t.Log("found of those in whom something is otherwise:\n" + r.byKind)
	t.Log("found and right from a score up:\n" + r.byScore)
	t.Logf("without a key in common, of those whose score would do: %d", f.unkeyed(pairs, known, f.settings.Threshold))
	if r.recall < 0.95 || r.precision < 0.85 {
		t.Error("below what docs/doubles.md says")
	}
}
