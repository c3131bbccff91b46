package crash

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
	"intikhab/platform/office/audit"
	"intikhab/test/databases"
)

// rounds is how often the process is killed on each database.
func rounds(t *testing.T) int {
	text := os.Getenv("INTIKHAB_CRASH_ROUNDS")
	if text == "" {
		return 12
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("INTIKHAB_CRASH_ROUNDS is %q and should be a number of rounds", text)
	}
	return n
}

// A child is the process, as the test sees it.
type child struct {
	cmd   *exec.Cmd
	hold  io.Closer // its standard input
	first chan struct{}
	ended chan struct{} // closed when all that it said was heard
}

// A record is what children have said over all rounds.
type record struct {
	mu    sync.Mutex
	words map[string][]string // ready, acted, refused, unknown, failed, settled
}

func (r *record) count(word string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.words[word])
}

type stage struct {
	t          *testing.T
	where, dir string
	key        *checkpoint.Key
	record     record
	hear       func(word string) // if not nil, what a child says is told to it too
	verified   int
}

func (s *stage) start(part string) *child {
	s.t.Helper()
	c := &child{cmd: exec.Command(os.Args[0]), first: make(chan struct{}), ended: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), partVariable+"="+part, whereVariable+"="+s.where, dirVariable+"="+s.dir)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	c.hold = in
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	hear := s.hear
	go func() {
		defer close(c.ended)
		lines := bufio.NewReader(out)
		once := sync.OnceFunc(func() { close(c.first) })
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return // an unfinished line was not said
			}
			word, id, _ := strings.Cut(strings.TrimSpace(line), " ")
			s.record.mu.Lock()
			s.record.words[word] = append(s.record.words[word], id)
			s.record.mu.Unlock()
			if hear != nil {
				hear(word)
			}
			if word == "acted" {
				once()
			}
		}
	}()
	return c
}

// kill ends the child as kill -9 does, and gives an error if it had ended by itself.
func (c *child) kill() error {
	c.cmd.Process.Kill()
	<-c.ended
	err := c.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return nil
		}
	}
	return fmt.Errorf("the process ended by itself: %v", err)
}

// TestCrash is the bar: kill -9 at random instants under load, on both databases.
// An acknowledged act is there, with its audit row; nothing is half there; the
// trail and the ledger are in order, after each kill and at the end.
func TestCrash(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		s := &stage{t: t, where: where, dir: t.TempDir(), record: record{words: map[string][]string{}}}
		var err error
		if s.key, err = checkpoint.GenerateKey("ledger.example.org/crash"); err == nil {
			err = s.key.Write(filepath.Join(s.dir, "ledger.key"))
		}
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		n := rounds(t)
		for round := range n {
			ready := s.record.count("ready")
			c := s.start("work")
			instant(c, round)
			server := round%5 == 4 && database.IsURL(where)
			if server {
				killServer(t, where)
				time.Sleep(rand.N(300 * time.Millisecond))
			}
			// One whose server goes while it starts gives up, as it should.
			if err := c.kill(); err != nil && !(server && s.record.count("ready") == ready) {
				t.Fatalf("round %d: %v", round, err)
			}
			// Not after each: whoever opens an SQLite file after a crash repairs
			// it, and the next child is to do that too.
			if round%2 == 1 {
				s.verify(round)
			}
		}
		s.end()
		t.Logf("%d rounds in %v: %d acts acknowledged, %d refusals, %d of unknown outcome, %d failed; trail and ledger verified %d times",
			n, time.Since(began).Round(time.Second), s.record.count("acted"), s.record.count("refused"), s.record.count("unknown"), s.record.count("failed"), s.verified)
		if s.record.count("acted") == 0 {
			t.Error("nothing was done before the kills: nothing is shown")
		}
	})
}

// instant waits for the instant of a kill: in every fourth round anywhere between
// the start of the process and some time after it is at work, else once it is.
func instant(c *child, round int) {
	if round%4 == 3 {
		select {
		case <-c.ended:
		case <-time.After(rand.N(800 * time.Millisecond)):
		}
		return
	}
	select {
	case <-c.first:
		time.Sleep(rand.N(400 * time.Millisecond))
	case <-c.ended:
	case <-time.After(time.Minute):
	}
}

// killServer kills one of the server's processes, upon which it ends all the
// others, and recovers from its log as after a crash of its own.
func killServer(t *testing.T, where string) {
	if os.Getenv("INTIKHAB_POSTGRES") != "" {
		return // which may run elsewhere, and be somebody's
	}
	var pid int
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	db, err := openDatabase(ctx, where)
	if err == nil {
		defer db.Close()
		err = db.View(ctx, func(tx *database.Tx) error { return tx.QueryRow(`SELECT pg_backend_pid()`).Scan(&pid) })
	}
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// verify holds trail and ledger as they lie there after a kill.
func (s *stage) verify(round int) *audit.Report {
	s.t.Helper()
	db, err := openDatabase(s.t.Context(), s.where)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	key, err := checkpoint.ParseVerifier(s.key.Verifier())
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := audit.Verify(s.t.Context(), db, filepath.Join(s.dir, "ledger"), verify.Options{Keys: []note.Verifier{key}})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // killed before the ledger was begun
	}
	if err != nil {
		s.t.Fatalf("round %d: %v", round, err)
	}
	s.verified++
	for _, f := range r.Findings {
		s.t.Errorf("round %d: %s", round, f)
	}
	return r
}

// end lets a last process finish what waits, and holds all against all.
func (s *stage) end() {
	t := s.t
	c := s.start("settle")
	select {
	case <-c.ended:
	case <-time.After(2 * time.Minute):
		c.cmd.Process.Signal(syscall.SIGQUIT) // it says where it hangs
		t.Error("what waited was not done within two minutes")
	}
	c.hold.Close()
	if err := c.cmd.Wait(); err != nil || s.record.count("settled") != 1 {
		t.Errorf("the last process: %v", err)
	}
	if r := s.verify(-1); r == nil || r.Waiting != 0 || r.Unnoted != 0 || r.Sealed != r.Rows {
		t.Errorf("not all is sealed: %+v", r)
	}
	db, err := openDatabase(t.Context(), s.where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	acts, done := s.ids(db, `SELECT id FROM crash_act`), s.ids(db, `SELECT id FROM crash_done`)
	rows := func(act, kind string) []string {
		on := s.ids(db, `SELECT on_what FROM audit_row WHERE act = '`+act+`'`)
		for i := range on {
			on[i] = strings.TrimPrefix(on[i], kind+":")
		}
		return on
	}
	refusals := rows("crash.refused", "refused")
	same(t, "acts and their audit rows", acts, rows("crash.act", "act"))
	same(t, "acts and what their messages did", acts, done)
	same(t, "what messages did and its audit rows", done, rows("crash.done", "done"))
	missing(t, "acknowledged and not there", s.record.words["acted"], acts)
	missing(t, "refused and without an audit row", s.record.words["refused"], refusals)
	told := slices.Concat(s.record.words["acted"], s.record.words["refused"], s.record.words["unknown"])
	if extra := len(acts) + len(refusals) - len(told); extra > 4*(rounds(t)+1) { // that were under way at a kill
		t.Errorf("%d acts that nobody was told of", extra)
	}
	for _, id := range s.record.words["failed"] {
		if slices.Contains(acts, id) || slices.Contains(refusals, id) {
			t.Errorf("%s failed and is there", id)
		}
	}
	balances := s.ids(db, `SELECT CAST(balance AS TEXT) FROM crash_account ORDER BY name`)
	if want := []string{fmt.Sprint(-len(acts)), fmt.Sprint(len(acts))}; !slices.Equal(balances, want) {
		t.Errorf("balances %v, want %v", balances, want)
	}
}

func (s *stage) ids(db *database.DB, query string) (out []string) {
	s.t.Helper()
	err := db.View(s.t.Context(), func(tx *database.Tx) error {
		out = nil
		rows, err := tx.Query(query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			out = append(out, id)
		}
		return rows.Err()
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// same tells where two lists are not of the same ids, each once.
func same(t *testing.T, what string, a, b []string) {
	t.Helper()
	count := map[string]int{}
	for _, id := range a {
		count[id]++
	}
	for _, id := range b {
		count[id] -= 1
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n == 0 })
	if len(count) > 0 {
		t.Errorf("%s: %d and %d, which differ in %d: %.500v", what, len(a), len(b), len(count), count)
	}
}

func missing(t *testing.T, what string, said, there []string) {
	t.Helper()
	known := map[string]bool{}
	for _, id := range there {
		known[id] = true
	}
	for _, id := range said {
		if !known[id] {
			t.Errorf("%s: %s", what, id)
		}
	}
}
