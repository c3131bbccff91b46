package voterinfo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/memory"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/statistics"
)

// Roll is the roll that questions are answered from; *rollindex.Roll is one. Its
// methods are called at the same time.
type Roll interface {
	Lookup(cnic.Number) (rollindex.Entry, bool)
	Info() rollindex.Info
}

// Service answers questions. It is made by [New]; its methods may be called at
// the same time.
type Service struct {
	cfg        Config
	wording    wordings
	roll       atomic.Pointer[Roll]
	guard      *limits.Guard
	memory     *memory.Table
	statistics *statistics.Book
	places     atomic.Pointer[map[string]place] // by the district's English name
	placing    sync.Mutex
	nextNotice atomic.Int64 // Unix seconds before which no refusal is logged
	writer     writer
}

// place is what goes with a district.
type place struct {
	district statistics.District
	office   string
}

// New makes a service that answers [NoRoll] until [Service.Publish]. It must be
// closed.
func New(cfg Config) (*Service, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("voterinfo: %w", err)
	}
	s := &Service{cfg: cfg}
	s.places.Store(&map[string]place{})
	var err error
	if s.wording, err = loadWording(cfg.Wording); err != nil {
		return nil, err
	}
	if s.guard, err = limits.New(cfg.Limits); err != nil {
		return nil, fmt.Errorf("voterinfo: %w", err)
	}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("voterinfo: %w", err)
	}
	s.writer.start(s, cfg.FlushEvery)
	return s, nil
}

func (s *Service) open() (err error) {
	codes := statistics.Codes{Channels: channelCodes, Languages: languageCodes, Outcomes: outcomeCodes}
	if s.cfg.Database == nil {
		s.memory, s.statistics = memory.New(), statistics.New(codes)
		return nil
	}
	ctx := context.Background()
	if s.statistics, err = statistics.Open(ctx, s.cfg.Database, codes); err != nil {
		return err
	}
	var dropped int64
	if s.memory, dropped, err = memory.Open(ctx, s.cfg.Database, s.cfg.LanguageKey); err != nil {
		return err
	}
	if dropped > 0 {
		s.cfg.Log.Warn("voterinfo: the key of the language memory is another one: choices forgotten",
			"key_file", s.cfg.LanguageKey, "choices", dropped)
	}
	return nil
}

// Publish puts a roll in place of the one before. Each answer comes from one roll
// throughout; after Publish returns, new questions are answered from r. Answers
// under way may still use the one before.
func (s *Service) Publish(r Roll) { s.roll.Store(&r) }

// Statistics is the book of counts.
func (s *Service) Statistics() *statistics.Book { return s.statistics }

// LogName gives the name by which today's log calls an asker, to find the lines
// of someone who complains.
func (s *Service) LogName(asker string, at time.Time) string {
	return s.guard.Token(limits.ParseAsker(asker), at)
}

// place gives what goes with a district, by one look into a map that is never
// written to.
func (s *Service) place(district string) place {
	if p, ok := (*s.places.Load())[district]; ok {
		return p
	}
	s.placing.Lock()
	defer s.placing.Unlock()
	old := *s.places.Load()
	const most = 1 << 14 // more names than any roll has; then each is looked up anew
	p := place{s.statistics.District(district), s.cfg.Offices[district]}
	if len(old) < most {
		now := maps.Clone(old)
		now[string([]byte(district))] = p // its bytes may be a mapped file's that goes away
		s.places.Store(&now)
	}
	return p
}

// notice logs that somebody ran into a limit that a voter does not meet: one line
// a second at most, since a flood of questions shall not become one of lines.
func (s *Service) notice(a limits.Asker, q *Question, at time.Time, r limits.Refusal) {
	if r.Reason != limits.TooMany && r.Reason != limits.Neighbourhood {
		return
	}
	now := time.Now().Unix()
	if next := s.nextNotice.Load(); now < next || !s.nextNotice.CompareAndSwap(next, now+1) {
		return
	}
	s.cfg.Log.Warn("voterinfo: somebody may be listing the roll", "limit", r.Reason.String(),
		"asker", s.guard.Token(a, at), "channel", q.Channel.String(), "operator", q.Operator,
		"refused_so_far", s.guard.Refused(r.Reason))
}

// Snapshot is the state of the service for the console and the metrics.
type Snapshot struct {
	Roll    *rollindex.Info   // nil while none is published
	Counts  []statistics.Sum  // answers since the start
	Refused map[string]uint64 // questions refused since the start, by limit

	Waiting      int    // sums of the statistics not yet written
	Lost         uint64 // answers that the statistics lack for good
	Coarse       uint64 // answers whose district and gender they lack
	FailedWrites uint64 // since the start
	Failing      string // why the last write failed; "" if it did not
}

// Snapshot gives the state.
func (s *Service) Snapshot() Snapshot {
	book := s.statistics.Status()
	snap := Snapshot{Counts: book.Sums, Waiting: book.Waiting, Lost: book.Lost, Coarse: book.Folded,
		Refused: map[string]uint64{}}
	if r := s.roll.Load(); r != nil {
		info := (*r).Info()
		snap.Roll = &info
	}
	for _, r := range limits.Reasons {
		snap.Refused[r.String()] = s.guard.Refused(r)
	}
	snap.FailedWrites, snap.Failing = s.writer.state()
	return snap
}

// Close writes what has not been written. When it returns nil, the database has
// every question answered before the call. Close the doors first, and the
// database after.
func (s *Service) Close(ctx context.Context) error {
	s.writer.stop()
	for {
		err := s.flush(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("voterinfo: statistics and languages of the last seconds are lost: %w", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (s *Service) flush(ctx context.Context) error {
	return errors.Join(s.statistics.Flush(ctx), s.memory.Flush(ctx))
}

// writer writes behind the answers' back. Nothing waits for it, and nothing
// queues up for it: what it has not written is one sum more, not one entry more.
type writer struct {
	quit, done chan struct{}
	once       sync.Once

	mu      sync.Mutex
	failed  uint64
	failing string
}

func (w *writer) start(s *Service, every time.Duration) {
	w.quit, w.done = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(w.done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-w.quit:
				return
			case <-tick.C:
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				w.note(s.flush(ctx), s.cfg.Log)
				cancel()
			}
		}
	}()
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.done
}

// note logs when writing begins to fail and when it works again.
func (w *writer) note(err error, log *slog.Logger) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err != nil:
		w.failed++
		if w.failing == "" {
			log.Error("voterinfo: statistics and languages cannot be written; answers go on, what is not written is kept in memory", "error", err)
		}
		w.failing = err.Error()
	case w.failing != "":
		log.Info("voterinfo: statistics and languages are written again", "failed_before", w.failed)
		w.failing = ""
	}
}

func (w *writer) state() (failed uint64, failing string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed, w.failing
}
