package print

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/test/need"
)

const poppler = "Debian's poppler-utils"

var (
	day        = time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	qualifying = rolls.Date{Year: 2026, Month: 1, Day: 1}
)

// population is people of Lahore, made once.
var population = sync.OnceValue(func() *people.Population {
	p, err := people.New(people.Config{Voters: 40_000, Seed: 5, Districts: []string{"Lahore"}})
	if err != nil {
		panic(err)
	}
	return p
})

// block is a block in which n people live, with a scheme of stations.
func block(t testing.TB, n int) *Roll {
	t.Helper()
	pop := population()
	r := &Roll{Block: pop.Areas()[0], Places: &Places{stations: map[geography.StationID]geography.PollingStation{}, splits: map[rolls.Shared][]rolls.Share{}}}
	r.Block.Edition, r.Block.Consolidated = 2, day.AddDate(0, -2, 0)
	r.Block.Station = [geography.Genders]geography.StationID{"NA-118-0001", "NA-118-0002"}
	for id, name := range map[geography.StationID][2]string{"NA-118-0001": {"Government High School for Boys, Shahdara", "گورنمنٹ ہائی اسکول برائے طلبہ، شاہدرہ"},
		"NA-118-0002": {"Government Girls High School, Shahdara", "گورنمنٹ گرلز ہائی اسکول، شاہدرہ"}} {
		r.Places.stations[id] = geography.PollingStation{ID: id, NameEn: name[0], NameUr: name[1]}
	}
	photographs := map[string][]byte{}
	var serial [geography.Genders]uint32
	households := map[string]uint32{}
	var all [geography.Genders][]rolls.Entry
	for i := range n {
		p := pop.At(i).Clone()
		e := rolls.Entry{ID: rolls.VoterID(i + 1), Block: r.Block.Code, List: p.Gender, Standing: rolls.OnRoll, Entered: day.AddDate(0, -3, 0), Version: 1, Particulars: p.Particulars()}
		serial[e.List]++
		e.Serial = serial[e.List]
		if households[p.Family] == 0 {
			households[p.Family] = uint32(len(households) + 1)
		}
		e.Household = households[p.Family]
		e.Photograph = e.ID.String()
		if i < 400 {
			photographs[e.Photograph] = p.Portrait(people.Date(qualifying))
		} else {
			photographs[e.Photograph] = photographs[r.Entries0(i%400)]
		}
		all[e.List] = append(all[e.List], e)
	}
	for _, some := range all {
		r.Entries = append(r.Entries, some...)
	}
	r.Photograph = func(id string) ([]byte, error) { return photographs[id], nil }
	return r
}

// Entries0 is the name of the photograph of the i-th who was made.
func (r *Roll) Entries0(i int) string { return rolls.VoterID(i + 1).String() }

// changed gives a roll a supplement that was issued and changes that were not.
func changed(r *Roll) *Roll {
	c := *r
	var changes []rolls.Change
	c.Entries = nil
	for i, e := range r.Entries {
		change := rolls.Change{ID: int64(i), Kind: rolls.Correction, Why: rolls.Mistake, Edition: 2, At: day.AddDate(0, -1, i%2*20), Before: e}
		switch i % 40 {
		case 3:
			change.Kind, change.Why = rolls.Deletion, []rolls.Why{rolls.Died, rolls.Transfer, rolls.Double}[i/40%3]
			changes = append(changes, change)
			continue
		case 7, 8:
			changes = append(changes, change)
			e.NameEn, e.NameUr, e.Version = e.NameEn+" Khan", e.NameUr+" خان", 2
		case 11, 12:
			e.Entered = change.At
		}
		c.Entries = append(c.Entries, e)
	}
	from := r.Block.Consolidated
	for i, until := range []time.Time{day.AddDate(0, 0, -15), day} {
		s := supplement.Between(c.Entries, changes, from, until)
		s.Block, s.Edition, s.Number = r.Block.Code, r.Block.Edition, int64(1-i)
		c.Supplements, from = append(c.Supplements, s), until
	}
	return &c
}

func made(t testing.TB, r *Roll, o Options, lists ...rolls.List) ([]byte, Result) {
	t.Helper()
	o.Date, o.Qualifying = day, qualifying
	var b bytes.Buffer
	res, err := Write(&b, r, o, lists...)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), res
}

func saved(t testing.TB, document []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roll.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs another program, which must have nothing to complain of.
func run(t testing.TB, program string, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.Command(need.Program(t, poppler, program), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, out.Bytes(), complaints.Bytes())
	}
	return out.String()
}
