package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/anomaly"
	anomalydesk "intikhab/systems/rolls/anomaly/desk"
	"intikhab/systems/rolls/centre"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/otp"
	"intikhab/systems/rolls/door"
	"intikhab/systems/rolls/doubles"
	"intikhab/systems/rolls/feed"
	feeddesk "intikhab/systems/rolls/feed/desk"
	"intikhab/systems/rolls/figures"
	"intikhab/systems/rolls/figures/board"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/phase/calendar"
	"intikhab/systems/rolls/print/copies"
	"intikhab/systems/rolls/print/counter"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/systems/rolls/search"
	"intikhab/systems/rolls/site"
)

// rollsConfig is the office that keeps the electoral rolls.
type rollsConfig struct {
	Dir         string       `toml:"dir"`         // frozen rolls, indexes, prints; "" is rolls in state.dir
	Authorities string       `toml:"authorities"` // file with the keys of whoever signs batches, one a line; "" for none
	Site        string       `toml:"site"`        // the address under which citizens reach /voters; "" is office.site
	Night       int          `toml:"night"`       // hour at which 8300 gets what changed; 0 is 2
	Within      sms.Duration `toml:"within"`      // or so long after a change, as "1h"; 0 is at night only
	Searches    int          `toml:"searches"`    // of an officer in an hour; 0 is 120
}

// rollsService is CERS put together, on the records of the officers' site.
type rollsService struct {
	cfg       rollsConfig
	log       *slog.Logger
	db        *database.DB
	store     *rolls.Store
	search    *search.Engine
	phases    *phase.Store
	calendar  *calendar.Pages
	feed      *feed.Service
	worker    *feed.Worker
	batches   *feeddesk.Desk
	prints    *counter.Counter
	claims    *claim.Store
	codes     *otp.Store
	doubles   *doubles.Store
	keeper    *frozen.Keeper
	copies    *copies.Service
	anomalies *anomaly.Store
	unlikely  *anomalydesk.Desk
	figures   *figures.Store
	board     *board.Board
	site      *site.Site
	door      *door.Door
	centre    *centre.Centre

	background sync.WaitGroup
}

// rollsTables make the tables of the rolls.
var rollsTables = []func(context.Context, *database.DB) error{
	statement.Migrate, rolls.Migrate, search.Migrate, phase.Migrate, feed.Migrate, claim.Migrate, otp.Migrate, doubles.Migrate, supplement.Migrate, copies.Migrate, frozen.Migrate,
	door.Migrate, centre.Migrate, anomaly.Migrate, figures.Migrate,
}

// rollsSealed are the columns with personal data of the rolls.
func rollsSealed() []vault.Column {
	return slices.Concat(rolls.SealedColumns(), feed.SealedColumns(), claim.SealedColumns(), otp.SealedColumns(), frozen.SealedColumns(), copies.SealedColumns(),
		door.SealedColumns(), centre.SealedColumns())
}

// newRolls opens the rolls on the officers' site. indexes is nil where this node does not
// answer for 8300.
func newRolls(s *officeService, indexes frozen.Indexes) (*rollsService, error) {
	cfg := s.cfg.Rolls
	r := &rollsService{cfg: cfg, log: s.log, db: s.db}
	authorities, err := cfg.authorities()
	if err != nil {
		return nil, err
	}
	r.store = rolls.NewStore(s.keys, time.Now)
	r.search = search.New(r.store, cfg.Searches)
	r.phases = phase.NewStore(s.book)
	r.phases.Register(s.desk)
	r.calendar = calendar.New(calendar.Config{DB: s.db, Book: s.book, Approvals: s.desk, Store: r.phases, Log: s.log})
	r.feed = feed.New(feed.Config{DB: s.db, Keys: s.keys, Rolls: r.store, Phases: r.phases, Book: s.book, Authorities: authorities})
	r.worker = feed.NewWorker(r.feed, s.log)
	r.batches = feeddesk.New(feeddesk.Config{DB: s.db, Feed: r.feed, Nudge: r.worker.Nudge, Log: s.log})
	r.claims = r.claimStore(s, s.told, time.Now)
	r.codes = otp.New(s.db, s.keys, s.told, otp.Standard(), time.Now)
	r.doubles = doubles.NewStore(r.store, time.Now)
	r.figures = figures.New(s.db, r.store)
	kept := frozen.Config{Pass: r.figures.Pass, DB: s.db, Keys: s.keys, Store: r.store, Dir: cfg.Dir, Indexes: indexes, Desk: s.desk, Log: s.log,
		Phases: func(tx *database.Tx, b rolls.Block) error {
			return r.phases.Check(tx, phase.AreasOf(&b), phase.TakeFrozen, time.Now())
		}}
	given := copies.Config{DB: s.db, Store: r.store, Keys: s.keys, Book: s.book, Desk: s.desk, Dir: cfg.copies(), Log: s.log,
		Phases: func(tx *database.Tx, b *rolls.Block) error {
			return r.phases.Check(tx, phase.AreasOf(b), phase.Copy, time.Now())
		}}
	if s.ledger != nil {
		kept.Ledger, given.Ledger = s.ledger, s.ledger
	}
	r.copies = copies.New(given)
	r.prints = counter.New(counter.Config{DB: s.db, Book: s.book, Copies: r.copies, Log: s.log})
	r.keeper = frozen.New(kept)
	r.anomalies = anomaly.New(anomaly.Config{DB: s.db, Roll: r.store, Reported: r.feed})
	r.unlikely = anomalydesk.New(anomalydesk.Config{DB: s.db, Book: s.book, Roll: r.store, Found: r.anomalies, Log: s.log})
	shown := site.Config{DB: s.db, Book: s.book, Approvals: s.desk, Store: r.store, Search: r.search, Phases: r.phases, Claims: r.claims, Feed: r.feed,
		Doubles: r.doubles, Keeper: r.keeper, Log: s.log}
	if s.ledger != nil {
		shown.Ledger = s.ledger
	}
	r.site = site.New(shown)
	r.board = board.New(board.Config{DB: s.db, Figures: r.figures, Log: s.log})
	r.door = door.New(door.Config{DB: s.db, Keys: s.keys, Rolls: r.store, Claims: r.claims, Phases: r.phases, Codes: r.codes, Site: s.cfg.citizens(), Now: time.Now, Log: s.log})
	r.centre = centre.New(centre.Config{DB: s.db, Book: s.book, Keys: s.keys, Rolls: r.store, Claims: r.claims, Phases: r.phases, Log: s.log})
	return r, nil
}

// claimStore makes the store of claims by a clock. With nil for notices nobody is told.
func (r *rollsService) claimStore(s *officeService, told claim.Notices, now func() time.Time) *claim.Store {
	return claim.NewStore(claim.Config{Rolls: r.store, Phases: r.phases, Book: s.book, Keys: s.keys, Notices: told,
		Settings: claim.Standard(), Track: s.cfg.citizens() + "/voters/claim/", Now: now})
}

// routes are the pages of the rolls.
func (r *rollsService) routes() [][]web.Route {
	return [][]web.Route{r.site.Routes(), r.calendar.Routes(), r.batches.Routes(), r.unlikely.Routes(), r.board.Routes(), r.prints.Routes(), r.door.Routes(), r.centre.Routes(), {statement.Route(r.db, "ledger.read")}}
}

// start begins what goes on beside the pages. It ends with ctx.
func (r *rollsService) start(ctx context.Context) {
	r.background.Go(func() { r.reindex(ctx) })
	r.background.Go(func() { r.worker.Run(ctx) })
	r.background.Go(func() { r.makeCopies(ctx) })
	r.background.Go(func() { r.look(ctx) })
	r.background.Go(func() { r.keeper.Run(ctx, r.cfg.night(), time.Duration(r.cfg.Within)) })
}

// reindex has the officers' search see a roll whose filling was stopped before that.
func (r *rollsService) reindex(ctx context.Context) {
	if err := r.store.Reindex(ctx, r.db); err != nil && ctx.Err() == nil {
		r.log.Error("officers cannot search the roll by name before the next start", "error", err)
	}
}

// look looks for what should not be so in the roll, every night, and when an officer
// has asked for it; likely doubles with it.
func (r *rollsService) look(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		due := false
		err := r.db.View(ctx, func(tx *database.Tx) (err error) {
			if due, err = r.anomalies.Wished(tx); err == nil && !due {
				due, err = r.anomalies.Due(tx, time.Now(), r.cfg.night())
			}
			return err
		})
		if err == nil && due {
			_, err = r.anomalies.Run(ctx, nil)
		}
		if err == nil && due {
			_, err = r.doubles.Report(ctx, r.db, doubles.Standard())
		}
		if err != nil && ctx.Err() == nil {
			r.log.Error("the roll was not looked through for what should not be so; it is tried again", "error", err)
		}
	}
}

const lookEvery = 10 * time.Second

// sweep forgets codes and half-filled forms that are past.
func (r *rollsService) sweep(ctx context.Context) error {
	if _, err := r.codes.Sweep(ctx); err != nil {
		return err
	}
	_, err := r.door.Sweep(ctx)
	return err
}

// makeCopies makes what two officers have agreed on, on the node that keeps the ledger.
func (r *rollsService) makeCopies(ctx context.Context) {
	tick := time.NewTicker(resumeEvery)
	defer tick.Stop()
	for {
		if _, err := r.copies.Work(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("a copy of the roll is not made yet; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

const resumeEvery = 2 * time.Second

// citizens is the address under which citizens reach their pages.
func (c *config) citizens() string { return cmp.Or(c.Rolls.Site, c.Office.Site) }

// copies is the folder of the copies that were given out.
func (c rollsConfig) copies() string { return filepath.Join(c.Dir, "copies") }

// authorities are the keys of whoever may sign a batch.
func (c rollsConfig) authorities() (keys []note.Verifier, err error) {
	if c.Authorities == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.Authorities)
	if err != nil {
		return nil, fmt.Errorf("rolls.authorities: %w", err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := note.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("rolls.authorities: %s: line %d: %w", c.Authorities, i+1, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func (c rollsConfig) night() int {
	if c.Night == 0 {
		return 2
	}
	return c.Night
}
