package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"sync"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
)

// Kind is the kind of the trail's entries in the ledger; an entry's number is its
// row's.
const Kind = "audit"

// A Log is the ledger as the sealer needs it; a *ledger.Log is one.
type Log interface {
	Append(ctx context.Context, entries ...[]byte) (first uint64, err error)
	Forward(ctx context.Context, from uint64) iter.Seq2[ledger.Record, error]
	Checkpoint() ([]byte, checkpoint.Checkpoint)
}

// SealerOptions are what a sealer may be given; the zero value is what the program
// uses.
type SealerOptions struct {
	Node  string // this machine's name among the others; "": the host's name
	Now   func() time.Time
	Log   *slog.Logger
	Every time.Duration // how often it looks by itself; 0: a second
	Batch int           // rows in one append; 0: 1,000
}

// leaseFor is how long the right to seal lasts without being renewed: how long
// sealing stands still when the machine that seals is lost.
const leaseFor = 15 * time.Second

// A Sealer brings the trail's rows into the ledger, in order, each once. Every
// process of a cluster may run one; a row in the database decides which of them
// works.
type Sealer struct {
	db     *database.DB
	log    Log
	opts   SealerOptions
	nudged chan struct{}

	pass  sync.Mutex // one pass at a time; guards those below
	until time.Time  // to when the lease is ours
	known bool       // whether at is what the ledger has
	at    position
	owed  []seal // in the ledger, and not yet noted, since not yet under a published checkpoint
	noted int64  // the last row that is noted

	mu    sync.Mutex
	state SealerState
}

// position is how far sealing has come.
type position struct {
	seq        int64    // the last row that is in the ledger
	commitment [32]byte // its commitment there
}

// SealerState is what a health page shows.
type SealerState struct {
	Sealing bool      // this process is the one that seals
	Sealed  int64     // the last row that is under a published checkpoint, and noted
	Waiting int64     // rows after that, when it last looked
	At      time.Time // when it last looked
	Trouble error     // why sealing stands still, nil if it does not
}

// NewSealer makes a sealer; [Sealer.Run] starts it.
func NewSealer(db *database.DB, log Log, opts SealerOptions) *Sealer {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.Every == 0 {
		opts.Every = time.Second
	}
	if opts.Batch == 0 {
		opts.Batch = 1000
	}
	if opts.Node == "" {
		opts.Node, _ = os.Hostname() // "" is a name too, for one machine
	}
	return &Sealer{db: db, log: log, opts: opts, nudged: make(chan struct{}, 1)}
}

// Nudge says that a row was committed: the sealer looks at once. It never waits.
func (s *Sealer) Nudge() {
	select {
	case s.nudged <- struct{}{}:
	default:
	}
}

// State is how sealing stands.
func (s *Sealer) State() SealerState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run seals until ctx is done, and gives the lease back then. Trouble (a ledger
// that cannot be written, a database older than the ledger) is logged when it
// begins and when it ends, shown by State, and tried again.
func (s *Sealer) Run(ctx context.Context) {
	tick := time.NewTicker(s.opts.Every)
	defer tick.Stop()
	for {
		s.once(ctx)
		select {
		case <-ctx.Done():
			s.release()
			return
		case <-tick.C:
		case <-s.nudged:
		}
	}
}

func (s *Sealer) once(ctx context.Context) {
	_, err := s.Seal(ctx)
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	had := s.state.Trouble
	s.state.Trouble = err
	s.mu.Unlock()
	switch {
	case err != nil && (had == nil || had.Error() != err.Error()):
		s.opts.Log.Error("the audit trail is not being sealed; acts go on, and wait", "err", err)
	case err == nil && had != nil:
		s.opts.Log.Info("the audit trail is being sealed again")
	}
}

// Seal seals what waits, if this process is the one that seals, and tells how many
// rows that were. After it returns nil, every row that was committed before it
// began is in the ledger, or another process has the lease.
func (s *Sealer) Seal(ctx context.Context) (sealed int, err error) {
	s.pass.Lock()
	defer s.pass.Unlock()
	ours, err := s.lease(ctx)
	if err != nil || !ours {
		return 0, err
	}
	if !s.known {
		if err := s.recover(ctx); err != nil {
			return 0, err
		}
	}
	for {
		n, err := s.batch(ctx)
		if err == nil {
			err = s.note(ctx)
		}
		sealed += n
		if err != nil {
			// Whether the ledger has the batch is read from it the next time.
			s.known = false
			return sealed, err
		}
		if n == 0 {
			return sealed, nil
		}
	}
}

// batch seals the next rows.
func (s *Sealer) batch(ctx context.Context) (int, error) {
	var rows []Row
	var h head
	err := s.db.View(ctx, func(tx *database.Tx) (err error) {
		if h, err = readHead(tx); err != nil {
			return err
		}
		rows, err = rowsAfter(tx, s.at.seq, s.opts.Batch)
		return err
	})
	if err != nil {
		return 0, err
	}
	s.show(h.seq)
	if len(rows) == 0 {
		if h.seq != s.at.seq {
			return 0, fmt.Errorf("audit: the head says that the last row is %d, the ledger has %d, and no row stands between: run intikhab audit verify", h.seq, s.at.seq)
		}
		return 0, nil
	}
	to := s.at
	entries := make([][]byte, len(rows))
	for i := range rows {
		r := &rows[i]
		if r.Seq != to.seq+1 {
			return 0, fmt.Errorf("audit: rows %d to %d are missing before they were sealed: run intikhab audit verify", to.seq+1, r.Seq-1)
		}
		if r.odd != "" || r.commit(h.trail, to.commitment) != r.commitment {
			// It is sealed as it claims to be, so that those after it are
			// sealed too, and is named by Verify for ever.
			s.opts.Log.Error("audit: a row was altered before it was sealed: run intikhab audit verify", "seq", r.Seq)
		}
		entries[i] = ledger.Entry{Kind: Kind, Number: uint64(r.Seq), Commitment: r.commitment}.Bytes()
		to.seq, to.commitment = r.Seq, r.commitment
	}
	if ours, err := s.lease(ctx); err != nil || !ours {
		return 0, err
	}
	first, err := s.log.Append(ctx, entries...)
	if err != nil && !errors.Is(err, ledger.ErrUnpublished) { // with that, they are in it
		return 0, fmt.Errorf("audit: sealing rows %d to %d: %w", s.at.seq+1, to.seq, err)
	}
	s.owed = append(s.owed, seal{s.at.seq + 1, to.seq, int64(first)})
	s.at = to
	return len(rows), nil
}

// note writes down where rows stand in the ledger, once everybody can see them
// there: what is noted must be found under any checkpoint that is read later.
func (s *Sealer) note(ctx context.Context) error {
	_, published := s.log.Checkpoint()
	n := 0
	for n < len(s.owed) && s.owed[n].next() <= published.Size {
		n++
	}
	if n == 0 {
		return nil
	}
	// What has been sealed is noted although the service is being stopped.
	if err := s.record(context.WithoutCancel(ctx), s.owed[:n]...); err != nil {
		return err
	}
	s.noted = s.owed[n-1].last
	s.owed = s.owed[n:]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Waiting -= s.noted - s.state.Sealed
	s.state.Sealed = s.noted
	return nil
}

// record writes notes in a transaction of their own.
func (s *Sealer) record(ctx context.Context, seals ...seal) error {
	return s.db.Update(ctx, func(tx *database.Tx) error { return writeNotes(tx, seals) })
}

func writeNotes(tx *database.Tx, seals []seal) error {
	for _, l := range seals {
		if _, err := tx.Exec(`INSERT INTO audit_seal (first_seq, last_seq, ledger_index) VALUES (?, ?, ?)`, l.first, l.last, l.index); err != nil {
			return fmt.Errorf("audit: noting that rows %d to %d are sealed: %w", l.first, l.last, err)
		}
		if _, err := tx.Exec(`UPDATE audit_lease SET sealed = ? WHERE id = 1`, l.last); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sealer) show(head int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Sealing = true
	s.state.Sealed = s.noted
	s.state.Waiting = head - s.noted
	s.state.At = s.opts.Now()
}
