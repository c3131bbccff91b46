package crash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// The districts of the rolls: one between revisions, one whose preliminary roll is on
// display, one that is frozen for an election.
var districts = []string{"Kasur", "Lahore", "Sheikhupura"}

// Files of the folder that all processes of a test share.
const (
	rosterFile  = "roster.json"
	daysFile    = "days" // by how many days the clock is ahead
	currentFile = "current"
)

// A roster is what a process must know of the office: written once, before the first.
type roster struct {
	Keys, Authority, Index string
	Begun                  time.Time // by the machine's clock, when the office's began
	First, Second          office.Acting
	// Of Kasur and of Lahore.
	Assistant, Judge, Appeal [2]office.Acting
}

// rollsTables make all tables of the office.
var rollsTables = []func(context.Context, *database.DB) error{statement.Migrate, rolls.Migrate, phase.Migrate, feed.Migrate, notice.Migrate, claim.Migrate,
	supplement.Migrate, frozen.Migrate}

// rollsOffice is what keeps the rolls, as a node of the commission has it.
type rollsOffice struct {
	roster
	db       *database.DB
	dir      string
	people   *people.Population
	days     atomic.Int64
	planning sync.Mutex
	book     *office.Book
	desk     *approval.Desk
	roll     *rolls.Store
	phases   *phase.Store
	feed     *feed.Service
	claims   *claim.Store
	keeper   *frozen.Keeper
}

// rollsPeople are the same in every process.
func rollsPeople() (*people.Population, error) {
	return people.New(people.Config{Voters: 2400, Seed: 29, Districts: districts})
}

// newRollsOffice opens the office. Without a ledger it only looks.
func newRollsOffice(ctx context.Context, db *database.DB, dir string, l *ledger.Log) (*rollsOffice, error) {
	o := &rollsOffice{db: db, dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, rosterFile))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &o.roster); err != nil {
		return nil, err
	}
	if text, err := os.ReadFile(filepath.Join(dir, daysFile)); err == nil {
		var days int64
		if _, err := fmt.Sscan(string(text), &days); err != nil {
			return nil, err
		}
		o.days.Store(days)
	}
	if o.people, err = rollsPeople(); err != nil {
		return nil, err
	}
	keys, err := vault.Parse([]byte(o.Keys))
	if err != nil {
		return nil, err
	}
	authority, err := note.NewVerifier(o.Authority)
	if err != nil {
		return nil, err
	}
	index, err := rollindex.ParseKey(o.Index)
	if err != nil {
		return nil, err
	}
	o.book = office.NewBook(keys, o.now)
	o.desk = approval.NewDesk(o.book, 0)
	o.roll = rolls.NewStore(keys, o.now)
	o.phases = phase.NewStore(o.book)
	o.phases.Register(o.desk)
	o.feed = feed.New(feed.Config{DB: db, Keys: keys, Rolls: o.roll, Phases: o.phases, Book: o.book, Authorities: []note.Verifier{authority}, Now: o.now,
		FillLeast: 1000, Bytes: 20 << 10, Together: 2})
	outbox, err := bus.NewOutbox(ctx, db)
	if err != nil {
		return nil, err
	}
	notices, err := notice.New(notice.Config{DB: db, Outbox: outbox, Keys: keys, Now: o.now}, claim.Told()...)
	if err != nil {
		return nil, err
	}
	o.claims = claim.NewStore(claim.Config{Rolls: o.roll, Phases: o.phases, Book: o.book, Keys: keys, Notices: notices, Now: o.now,
		Settings: claim.Settings{CompleteDays: 7, AppealDays: 30, OfflineDays: 14}}) // a hearing may be at once
	cfg := frozen.Config{DB: db, Keys: keys, Store: o.roll, Dir: filepath.Join(dir, "frozen"), Indexes: crashIndexes{index, dir}, Desk: o.desk,
		Log: slog.New(slog.DiscardHandler), Phases: func(tx *database.Tx, b rolls.Block) error {
			return o.phases.Check(tx, phase.AreasOf(&b), phase.TakeFrozen, o.now())
		}}
	if l != nil {
		cfg.Ledger = l
	}
	o.keeper = frozen.New(cfg)
	return o, nil
}

// now is the office's clock: as fast as the machine's, from another day on.
func (o *rollsOffice) now() time.Time {
	return officetest.Begin.Add(time.Hour+time.Since(o.Begun.Round(0))).AddDate(0, 0, int(o.days.Load())).Truncate(time.Microsecond)
}

// ahead puts the clock forward, for all processes to come too.
func (o *rollsOffice) ahead(days int64) error {
	if err := replace(filepath.Join(o.dir, daysFile), fmt.Sprint(days)); err != nil {
		return err
	}
	o.days.Store(days)
	return nil
}

// replace writes a file so that it is there whole or not at all.
func replace(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// crashIndexes are real indexes of 8300, and a file that names the one in use.
type crashIndexes struct {
	key rollindex.Key
	dir string
}

func (x crashIndexes) Build(ctx context.Context, b frozen.Build) (frozen.Built, error) {
	source := &freeze.Source{}
	for _, one := range b.Blocks {
		source.Areas = append(source.Areas, rollfile.Area{Block: one.Code, NameEn: one.NameEn, NameUr: one.NameUr, TehsilEn: one.TehsilEn, TehsilUr: one.TehsilUr,
			DistrictEn: one.DistrictEn, DistrictUr: one.DistrictUr, NA: string(one.NA), PA: string(one.PA), Station: one.Station, Line: int64(len(source.Areas))})
	}
	for _, s := range b.Stations {
		source.Stations = append(source.Stations, rollfile.Station{ID: s.ID, Kind: string(s.Kind), NameEn: s.NameEn, NameUr: s.NameUr, Lat: s.Lat, Lon: s.Lon})
	}
	for of, shares := range b.Splits {
		for _, share := range shares {
			source.Splits = append(source.Splits, freeze.Split{Block: of.Block, Gender: of.List, From: share.From, Station: share.Station})
		}
	}
	var line atomic.Int64
	source.Voters = func(ctx context.Context, rows func(int, []rollfile.Voter) error) error {
		return b.Voters(ctx, func(worker int, some []frozen.Voter) error {
			out := make([]rollfile.Voter, len(some))
			for i, v := range some {
				out[i] = rollfile.Voter{CNIC: v.CNIC, Block: v.Block, Gender: v.List, Serial: v.Serial, Household: v.Household, Line: line.Add(1)}
			}
			return rows(worker, out)
		})
	}
	report, err := freeze.Freeze(ctx, freeze.Config{Source: source, Key: x.key, Name: b.Name, Date: b.Day, Out: b.Out})
	if err != nil {
		return frozen.Built{}, err
	}
	if report.Rejected > 0 || len(report.Problems) > 0 {
		return frozen.Built{}, fmt.Errorf("%d voters cannot be in an index: %v", report.Rejected, report.Problems)
	}
	return frozen.Built{Root: fmt.Sprintf("%x", report.Header.Root), Voters: int64(report.Voters)}, nil
}

func (x crashIndexes) Open(path string) (frozen.Lookup, error) {
	r, err := rollindex.Open(path, x.key)
	if err != nil {
		return nil, err
	}
	return crashLookup{r}, nil
}

func (x crashIndexes) Release(_ context.Context, path, _ string) error {
	return replace(filepath.Join(x.dir, currentFile), filepath.Base(path))
}

type crashLookup struct{ roll *rollindex.Roll }

func (x crashLookup) Lookup(n cnic.Number) (v frozen.Voter, station geography.StationID, ok bool) {
	e, ok := x.roll.Lookup(n)
	return frozen.Voter{CNIC: n, Block: e.Block, List: e.Gender, Serial: e.Serial, Household: e.Household}, "", ok
}

func (x crashLookup) Built() frozen.Built {
	info := x.roll.Info()
	return frozen.Built{Root: info.Root, Voters: int64(info.Voters)}
}

// approve asks by the first officer and approves by the second, each in a transaction of
// its own, and gives what was approved.
func (o *rollsOffice) approve(ctx context.Context, ask func(tx *database.Tx) (approval.Approval, error)) (a approval.Approval, err error) {
	if err = o.db.Update(ctx, func(tx *database.Tx) error { a, err = ask(tx); return err }); err == nil {
		err = o.db.Update(ctx, func(tx *database.Tx) error { a, err = o.desk.Approve(tx, o.Second, a.ID, a.Hash, ""); return err })
	}
	if errors.Is(err, approval.ErrAskedBefore) { // and killed before it was approved
		if err := o.pending(ctx); err != nil {
			return a, err
		}
	}
	return a, err
}

// pending approves what waits for the second officer.
func (o *rollsOffice) pending(ctx context.Context) error {
	return o.db.Update(ctx, func(tx *database.Tx) error {
		all, err := o.desk.For(tx, o.Second)
		for _, a := range all {
			if err == nil {
				_, err = o.desk.Approve(tx, o.Second, a.ID, a.Hash, "")
			}
		}
		return err
	})
}

// expected tells whether the error is one that an office under load gives: somebody else was
// faster, or the time for it is not now.
func expected(err error) bool {
	var refused *claim.Refused
	var closed *phase.Refusal
	for _, one := range []error{claim.ErrChanged, rolls.ErrChanged, rolls.ErrFilling, rolls.ErrOnRoll, supplement.ErrNothing, supplement.ErrUnprinted,
		approval.ErrAskedBefore, approval.ErrDecided, context.Canceled, feed.ErrTaken} {
		if errors.Is(err, one) {
			return true
		}
	}
	return errors.As(err, &refused) || errors.As(err, &closed)
}

// odd says an error that nobody expects, in one line.
func odd(what string, err error) {
	say("odd", what, strings.ReplaceAll(err.Error(), "\n", "; "))
}
