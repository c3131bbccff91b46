package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/test/databases"
)

// TestTogether: an act and its row are both there or neither.
func TestTogether(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		trail(t, db) // the second time there is nothing to do
		no := errors.New("no")
		for i := range 10 {
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				if err := Write(tx, began, Entry{Act: "office.appoint"}); err != nil {
					return err
				}
				if i%2 == 1 {
					return no
				}
				return nil
			})
			if i%2 == 0 && err != nil || i%2 == 1 && !errors.Is(err, no) {
				t.Fatal(err)
			}
		}
		if r := (&memoryLog{}).report(t, db); !r.OK() || r.Rows != 5 || r.Waiting != 5 {
			t.Errorf("%+v", r)
		}
	})
}

func TestRefusedEntries(t *testing.T) {
	db := databases.Open(t, databases.SQLite(t))
	trail(t, db)
	whole := Entry{Officer: "o", Act: "voter.read", On: "voter:1", Reason: "complaint 7"}
	for _, c := range []struct {
		name   string
		write  func(*database.Tx, time.Time, Entry) error
		change func(*Entry)
		want   string
	}{
		{"seen", Seen, func(e *Entry) {}, ""},
		{"seen without a reason", Seen, func(e *Entry) { e.Reason = "" }, "for a reason"},
		{"seen by nobody", Seen, func(e *Entry) { e.Officer = "" }, "named officer"},
		{"seen nothing", Seen, func(e *Entry) { e.On = "" }, "fill in"},
		{"no act", Write, func(e *Entry) { e.Act = "" }, "without an act"},
		{"a book", Write, func(e *Entry) { e.Reason = strings.Repeat("x", maxText) }, "over 64 KiB"},
		{"a long reason", Write, func(e *Entry) { e.Reason = strings.Repeat("x", maxText-100) }, ""},
	} {
		e := whole
		c.change(&e)
		err := db.Update(t.Context(), func(tx *database.Tx) error { return c.write(tx, began, e) })
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if r := (&memoryLog{}).report(t, db); !r.OK() || r.Rows != 2 {
		t.Errorf("%+v", r)
	}
}

// A sharedLog is a ledger that several sealers may use at once.
type sharedLog struct {
	sync.Mutex
	memoryLog
}

func (l *sharedLog) Append(ctx context.Context, entries ...[]byte) (uint64, error) {
	l.Lock()
	defer l.Unlock()
	return l.memoryLog.Append(ctx, entries...)
}

func (l *sharedLog) Forward(ctx context.Context, from uint64) iter.Seq2[ledger.Record, error] {
	l.Lock()
	defer l.Unlock()
	return (&memoryLog{entries: slices.Clone(l.entries)}).Forward(ctx, from)
}

func (l *sharedLog) Checkpoint() ([]byte, checkpoint.Checkpoint) {
	l.Lock()
	defer l.Unlock()
	return l.memoryLog.Checkpoint()
}

// TestTwoMachines: two processes write to one database, and each would seal: no
// number is missing, none stands twice.
func TestTwoMachines(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		const each = 40
		log := &sharedLog{}
		ctx, cancel := context.WithCancel(t.Context())
		var writers, sealers sync.WaitGroup
		var dbs []*database.DB
		for node := range 2 {
			db := databases.Open(t, where)
			trail(t, db)
			dbs = append(dbs, db)
			opts := quiet()
			opts.Node, opts.Every, opts.Batch = fmt.Sprint(node), time.Millisecond, 7
			s := NewSealer(db, log, opts)
			sealers.Go(func() { s.Run(ctx) })
			writers.Go(func() {
				for i := range each {
					err := db.Update(t.Context(), func(tx *database.Tx) error {
						return Write(tx, time.Now(), Entry{Act: "x.y", On: fmt.Sprintf("node:%d-%d", node, i)})
					})
					if err != nil {
						t.Error(err)
					}
					s.Nudge()
				}
			})
		}
		writers.Wait()
		cancel()
		sealers.Wait()
		opts := quiet()
		opts.Node = "the last"
		sealAll(t, NewSealer(dbs[0], log, opts))
		if r := log.report(t, dbs[0]); !r.OK() || r.Rows != 2*each || r.Waiting != 0 || !slices.Equal(log.numbers(), upTo(2*each)) {
			t.Errorf("%+v, ledger %v", r, log.numbers())
		}
	})
}
