package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/test/databases"
)

// A memoryLog is a ledger without a disk.
type memoryLog struct {
	entries [][]byte
	fail    func(n int) error // before an append, and after half of it
	hold    bool              // nothing more is published
	shown   checkpoint.Checkpoint
}

func (l *memoryLog) Checkpoint() ([]byte, checkpoint.Checkpoint) {
	if !l.hold {
		l.shown.Size = uint64(len(l.entries))
	}
	return nil, l.shown
}

func (l *memoryLog) Append(_ context.Context, entries ...[]byte) (uint64, error) {
	first := uint64(len(l.entries))
	if l.fail != nil {
		if err := l.fail(0); err != nil {
			return 0, err
		}
		l.entries = append(l.entries, entries[:len(entries)/2]...)
		if err := l.fail(1); err != nil {
			return 0, err
		}
		entries = entries[len(entries)/2:]
		l.entries = append(l.entries, entries...)
		return first, l.fail(2)
	}
	l.entries = append(l.entries, entries...)
	return first, nil
}

func (l *memoryLog) Forward(_ context.Context, from uint64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for ; from < uint64(len(l.entries)); from++ {
			e, err := ledger.ParseEntry(l.entries[from])
			if !yield(ledger.Record{Index: from, Entry: e}, err) {
				return
			}
		}
	}
}

// other puts an entry of another kind into the ledger.
func (l *memoryLog) other() {
	l.entries = append(l.entries, ledger.Entry{Kind: "result", Number: uint64(len(l.entries) + 1)}.Bytes())
}

func (l *memoryLog) numbers() (out []uint64) {
	for r := range l.Forward(context.Background(), 0) {
		if r.Kind == Kind {
			out = append(out, r.Number)
		}
	}
	return out
}

func (l *memoryLog) report(t *testing.T, db *database.DB) *Report {
	t.Helper()
	r := &Report{LedgerSize: uint64(len(l.entries))}
	var err error
	if r.noted, err = lastNoted(t.Context(), db); err == nil {
		err = compare(t.Context(), db, func() iter.Seq2[ledger.Record, error] { return l.Forward(t.Context(), 0) }, r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var began = time.Date(2026, 3, 1, 4, 5, 6, 7000, time.UTC)

func trail(t testing.TB, db *database.DB) {
	t.Helper()
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
}

// do writes n acts.
func do(t testing.TB, db *database.DB, n int) {
	t.Helper()
	update(t, db, func(tx *database.Tx) error {
		for i := range n {
			e := Entry{Officer: fmt.Sprintf("officer%d", i%3), Office: "district-1", Act: []string{"office.appoint", "roll.freeze"}[i%2], On: fmt.Sprintf("office:%d", i),
				Reason: "as told by letter " + fmt.Sprint(i), Request: fmt.Sprintf("request%d", i), Refused: i%5 == 4}
			e.Change("role", "data entry operator", "registration officer")
			if err := Write(tx, began.Add(time.Duration(i)*time.Second), e); err != nil {
				return err
			}
		}
		return nil
	})
}

func quiet() SealerOptions { return SealerOptions{Log: slog.New(slog.DiscardHandler)} }

func sealAll(t *testing.T, s *Sealer) int {
	t.Helper()
	n, err := s.Seal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func upTo(n uint64) (out []uint64) {
	for i := range n {
		out = append(out, i+1)
	}
	return out
}

func TestSeal(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		log := &memoryLog{}
		opts := quiet()
		opts.Batch = 4
		s := NewSealer(db, log, opts)
		if n := sealAll(t, s); n != 0 {
			t.Errorf("%d rows sealed of an empty trail", n)
		}
		do(t, db, 10)
		log.other()
		if n := sealAll(t, s); n != 10 || !slices.Equal(log.numbers(), upTo(10)) {
			t.Errorf("%d sealed, ledger %v", n, log.numbers())
		}
		if n := sealAll(t, s); n != 0 {
			t.Errorf("%d rows sealed again", n)
		}
		do(t, db, 3)
		r := log.report(t, db)
		if !r.OK() || r.Rows != 13 || r.Sealed != 10 || r.Waiting != 3 || r.Unnoted != 0 {
			t.Errorf("%+v", r)
		}
		if st := s.State(); !st.Sealing || st.Sealed != 10 || st.Trouble != nil {
			t.Errorf("%+v", st)
		}
	})
}

// TestSealAfterFailure: wherever an append ends, the next sealer finds in the ledger
// what came in, and neither leaves a gap nor appends twice.
func TestSealAfterFailure(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		log := &memoryLog{}
		died := errors.New("died")
		for at := range 3 {
			do(t, db, 6)
			log.fail = func(n int) error {
				if n == at {
					return died
				}
				return nil
			}
			s := NewSealer(db, log, quiet())
			if _, err := s.Seal(t.Context()); !errors.Is(err, died) {
				t.Fatalf("%d: %v", at, err)
			}
			if r := log.report(t, db); !r.OK() {
				t.Errorf("%d: %v", at, r.Findings)
			}
			log.fail = nil
			if at%2 == 0 { // the same process goes on, or its successor
				s = NewSealer(db, log, quiet())
			}
			sealAll(t, s)
			if want := upTo(uint64(6 * (at + 1))); !slices.Equal(log.numbers(), want) {
				t.Errorf("%d: ledger %v", at, log.numbers())
			}
			if r := log.report(t, db); !r.OK() || r.Unnoted != 0 || r.Waiting != 0 {
				t.Errorf("%d: %+v", at, r)
			}
			log.other()
		}
	})
}

// TestUnpublished: what is in the ledger and under no checkpoint yet is not noted as
// sealed, and is not appended again.
func TestUnpublished(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		log := &memoryLog{hold: true}
		s := NewSealer(db, log, quiet())
		for i := range int64(3) {
			do(t, db, 2)
			sealAll(t, s)
			noted, err := lastNoted(t.Context(), db)
			if st := s.State(); err != nil || noted != 0 || st.Sealed != 0 || st.Waiting != 2*(i+1) {
				t.Errorf("noted %d, %+v, %v", noted, st, err)
			}
			if i == 1 {
				s = NewSealer(db, log, quiet())
			}
		}
		log.hold = false
		sealAll(t, s)
		if r := log.report(t, db); !r.OK() || r.Unnoted != 0 || s.State().Sealed != 6 || s.State().Waiting != 0 || !slices.Equal(log.numbers(), upTo(6)) {
			t.Errorf("%+v, %+v, %v", r, s.State(), log.numbers())
		}
	})
}

func TestLease(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		log := &memoryLog{}
		now := began
		opts := quiet()
		opts.Now = func() time.Time { return now }
		opts.Node = "a"
		a := NewSealer(db, log, opts)
		opts.Node = "b"
		b := NewSealer(db, log, opts)
		do(t, db, 2)
		if sealAll(t, a) != 2 || sealAll(t, b) != 0 || b.State().Sealing {
			t.Error("b sealed beside a")
		}
		now = now.Add(leaseFor + time.Second) // a is lost
		do(t, db, 2)
		if sealAll(t, b) != 2 || sealAll(t, a) != 0 || a.State().Sealing {
			t.Error("b did not take over, or a did not notice")
		}
		b.release()
		do(t, db, 1)
		if sealAll(t, a) != 1 {
			t.Error("a waited for a lease that was given back")
		}
		if !slices.Equal(log.numbers(), upTo(5)) {
			t.Errorf("ledger %v", log.numbers())
		}
	})
}

func TestRun(t *testing.T) {
	db := databases.Open(t, databases.SQLite(t))
	trail(t, db)
	log := &memoryLog{}
	opts := quiet()
	opts.Every = time.Hour
	s := NewSealer(db, log, opts)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	do(t, db, 3)
	for s.Nudge(); s.State().Sealed != 3; {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-ended
	if n := sealAll(t, NewSealer(db, log, opts)); n != 0 {
		t.Errorf("%d rows were left", n)
	}
}
