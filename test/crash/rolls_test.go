package crash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/people"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/test/databases"
)

// openRolls makes the commission's office with its officers, the roll's blocks, the two
// batches of the authority and all keys.
func (s *stage) openRolls(pop *people.Population) {
	t := s.t
	t.Helper()
	db := databases.Open(t, s.where)
	c := officetest.Open(t, db)
	for _, migrate := range rollsTables {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	authority, err := checkpoint.GenerateKey("authority.example")
	if err != nil {
		t.Fatal(err)
	}
	r := roster{Keys: string(c.Keys.Reveal()), Authority: authority.Verifier(), Index: rollindex.NewKey().Reveal(), Begun: time.Now(),
		First: c.Appoint(t, office.SecretariatOfficer, "secretariat"), Second: c.Appoint(t, office.SecretariatOfficer, "secretariat")}
	for d, at := range []office.OfficeID{"district-kasur", "district-lahore"} {
		r.Assistant[d] = c.Appoint(t, office.AssistantRegistrationOfficer, at)
		r.Judge[d] = c.Appoint(t, []office.Role{office.RegistrationOfficer, office.RevisingAuthority}[d], at)
		r.Appeal[d] = c.Appoint(t, office.DistrictCommissioner, at)
	}
	text, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(filepath.Join(s.dir, rosterFile), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	store := rolls.NewStore(c.Keys, c.Now)
	c.Update(t, func(tx *database.Tx) error {
		for _, p := range pop.Stations() {
			if err := store.PutStation(tx, p); err != nil {
				return err
			}
		}
		return store.PutBlocks(tx, pop.Areas())
	})
	s.batches(pop, authority)
}

// batches writes the authority's two: cards of most, then moves, deaths, and the others.
func (s *stage) batches(pop *people.Population, key *checkpoint.Key) {
	most := pop.Len() * 4 / 5
	files := [2]bytes.Buffer{}
	_, err := pop.WriteFeed(&files[0], 0, most)
	if err == nil {
		_, _, err = pop.WriteMoves(&files[1], 150)
	}
	var more bytes.Buffer
	if err == nil {
		_, err = pop.WriteFeed(&more, 0, pop.Len())
	}
	if err != nil {
		s.t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.SplitSeq(files[1].String(), "\n") {
		if fields := strings.Split(line, ","); len(fields) > 2 {
			seen[fields[2]] = true
		}
	}
	for i, line := range strings.Split(more.String(), "\n") {
		fields := strings.Split(line, ",")
		switch {
		case i == 0 || len(fields) < 3 || seen[fields[2]]:
		case i > most:
			files[1].WriteString(line + "\n")
		case i%40 == 7:
			files[1].WriteString("death" + strings.TrimPrefix(line, "new") + "\n")
		}
	}
	previous := ""
	for i, name := range []string{"first", "second"} {
		path := filepath.Join(s.dir, name+".csv")
		err := os.WriteFile(path, files[i].Bytes(), 0o600)
		var m *batchfile.Manifest
		if err == nil {
			m, err = batchfile.Describe(s.t.Context(), path, nil)
		}
		var signed []byte
		if err == nil {
			m.Authority, m.Batch, m.Sequence, m.Previous, m.Made = "authority.example", name, int64(i+1), previous, officetest.Begin
			previous = m.SHA256
			signed, err = m.Sign(key.Signer())
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(s.dir, name+".note"), signed, 0o600)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// instants are what a child is killed right after, one in each round, besides rounds that
// end at any instant.
var instants = []string{"", "delivered", "decided", "apply", "", "consolidated", "approved", "published", "", "reverse", "settled", "indexed", "", "applied", "issued", "reversed", "", "planned", "received", "split"}

// TestRollsCrash is the bar of the rolls: kill -9 at random instants, and right after
// particular acts, while batches come in, are applied and taken back, claims of all forms
// are decided, blocks consolidated, supplements issued, lists split, rolls frozen and
// published by two officers, all at the same time. On both databases no acknowledged
// decision is lost, nothing is half there, and trail and ledger verify.
func TestRollsCrash(t *testing.T) {
	pop, err := rollsPeople()
	if err != nil {
		t.Fatal(err)
	}
	calm := sync.OnceValue(func() []string { return undisturbed(t, pop) })
	databases.EachWhere(t, func(t *testing.T, where string) {
		s := newRollsStage(t, where, pop)
		n, began := 4, time.Now()
		if os.Getenv("INTIKHAB_CRASH_ROUNDS") != "" {
			n = rounds(t)
		}
		words := slices.Clone(instants)
		if n < len(words) { // else each of them
			rand.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		}
		for round := range n {
			s.killRolls(round, words[round%len(words)])
			if round%2 == 1 {
				s.verify(round)
				s.check(round)
			}
		}
		c := s.start(rollsSettle)
		select {
		case <-c.ended:
		case <-time.After(3 * time.Minute):
			t.Error("it did not come to its end within three minutes")
			c.cmd.Process.Kill()
		}
		c.hold.Close()
		if err := c.cmd.Wait(); err != nil {
			t.Fatalf("the last process: %v", err)
		}
		if r := s.verify(-1); r == nil || r.Waiting != 0 || r.Unnoted != 0 || r.Sealed != r.Rows {
			t.Errorf("not all is sealed: %+v", r)
		}
		w := s.check(-1)
		s.frozenAtRest(w)
		got := s.entries(w)
		for i, want := range calm() {
			if i >= len(got) || got[i] != want {
				t.Errorf("the roll differs from that of a run that nobody killed: %d entries of the authority and %d; first\n%s\n%s", len(got), len(calm()), got[min(i, len(got)-1)], want)
				break
			}
		}
		if len(got) != len(calm()) {
			t.Errorf("%d entries of the authority, and %d in a run that nobody killed", len(got), len(calm()))
		}
		t.Logf("%d rounds in %v, trail and ledger verified %d times; acknowledged: %s", n, time.Since(began).Round(time.Second), s.verified, s.said())
	})
}

func newRollsStage(t *testing.T, where string, pop *people.Population) *stage {
	s := &stage{t: t, where: where, dir: t.TempDir(), record: record{words: map[string][]string{}}}
	var err error
	if s.key, err = checkpoint.GenerateKey("ledger.example.org/rolls"); err == nil {
		err = s.key.Write(filepath.Join(s.dir, "ledger.key"))
	}
	if err != nil {
		t.Fatal(err)
	}
	s.openRolls(pop)
	return s
}

// killRolls runs a child and kills it: right after it said the word, or, without one, at
// any instant between its start and a second and a half.
func (s *stage) killRolls(round int, word string) {
	t := s.t
	heard := make(chan struct{})
	once := sync.OnceFunc(func() { close(heard) })
	s.hear = func(said string) {
		if said == word {
			once()
		}
	}
	odd, ready := s.record.count("odd"), s.record.count("ready")
	c := s.start(rollsWork)
	server := round%5 == 4 && database.IsURL(s.where)
	wait := 4 * time.Second
	if word == "" {
		wait = rand.N(1500 * time.Millisecond)
	}
	select {
	case <-heard:
		time.Sleep(rand.N(5 * time.Millisecond))
	case <-c.ended:
	case <-time.After(wait):
	}
	if server {
		killServer(t, s.where)
		time.Sleep(rand.N(300 * time.Millisecond))
	}
	if err := c.kill(); err != nil && !(server && s.record.count("ready") == ready) {
		t.Fatalf("round %d: %v", round, err)
	}
	if now := s.record.count("odd"); now > odd && !server {
		t.Errorf("round %d: %s", round, strings.Join(s.record.words["odd"][odd:], "\n"))
	}
}

// said counts what children have said.
func (s *stage) said() string {
	var all []string
	for _, word := range slices.Sorted(maps.Keys(s.record.words)) {
		all = append(all, fmt.Sprintf("%s %d", word, len(s.record.words[word])))
	}
	return strings.Join(all, ", ")
}

// undisturbed is the roll of the same batches with nothing else, in a run nobody kills.
func undisturbed(t *testing.T, pop *people.Population) []string {
	s := newRollsStage(t, databases.SQLite(t), pop)
	o := s.look()
	if err := o.rest(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.entries(o)
}
