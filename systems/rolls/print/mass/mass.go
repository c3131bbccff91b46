// Package mass prints the rolls of many blocks: one PDF file a list and language (package
// print), an index and a manifest with the SHA-256 (FIPS 180-4) of each, and a bundle a
// constituency as an uncompressed ZIP file. Section 79 of the Elections Act 2017 (read of
// in the press) has the rolls of a whole constituency given to Returning and Presiding
// Officers and candidates.
//
// A run that was killed at any instant goes on where it stopped when it is started again
// with the same folder: what is there is checked, not believed, and what it leaves is to
// the byte what a run that nobody disturbed leaves (TestKilled). Memory is bounded by a
// block a processor, and no transaction of the database lasts longer than the reading of
// one block. Each block is printed as one state of the roll; blocks of a roll that is not
// frozen may be of different instants, and the state printed on each tells which.
package mass

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/supplement"
)

// Config says what is printed, and where to.
type Config struct {
	DB    *database.DB
	Store *rolls.Store
	Scope rolls.Scope
	// Options are those of every print. Their language does not count; a date of zero is
	// now, or that of the run that is gone on with.
	print.Options
	Languages []words.Language // Urdu if none
	// Supplements appends the supplement lists to each roll; Only prints them alone, the
	// last that was issued of each block that has any.
	Supplements, Only bool
	Bundles           bool   // a ZIP file for each constituency: that of Scope.Seat's assembly, else the National Assembly's
	Out               string // the folder; one run has it at a time, and it is for one run
	Progress          func(Progress)
}

// Progress is how far a run has come.
type Progress struct {
	Blocks, Of    int
	Kept          int // of the blocks: were printed by a run before, and are as they should be
	Files         int
	Pages, Voters int
	Unpictured    int // photographs that were asked for and could not be shown
}

// Report is what a run did.
type Report struct {
	Progress
	Date     time.Time // of the prints
	Bundles  []File
	Manifest string // path of the file
	SHA256   string // of the manifest, in hexadecimal
	Took     time.Duration
}

// ErrBusy says that another run has the folder.
var ErrBusy = errors.New("another run prints into this folder")

// run is a run.
type run struct {
	cfg    Config
	places *print.Places
	log    *journal

	mu sync.Mutex
	Progress
	printed []Printed
}

// Run prints. After it returns without an error the folder holds all prints, index.csv
// and manifest.json, all on the disk.
func Run(ctx context.Context, cfg Config) (Report, error) {
	began := time.Now()
	if len(cfg.Languages) == 0 {
		cfg.Languages = []words.Language{words.Urdu}
	}
	if cfg.Purpose == "" {
		cfg.Purpose = print.Office
	}
	if err := os.MkdirAll(cfg.Out, 0o700); err != nil {
		return Report{}, err
	}
	lock, err := os.OpenFile(filepath.Join(cfg.Out, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return Report{}, err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return Report{}, fmt.Errorf("%s: %w", cfg.Out, ErrBusy)
	}
	r := &run{cfg: cfg}
	if r.log, err = openJournal(cfg.Out, r.header()); err != nil {
		return Report{}, err
	}
	defer r.log.close()
	r.cfg.Date = r.log.header.Date
	if err := r.blocks(ctx); err != nil {
		return Report{Progress: r.Progress}, err
	}
	report := Report{Progress: r.Progress, Date: r.cfg.Date}
	if err := r.finish(ctx, &report); err != nil {
		return report, err
	}
	report.Took = time.Since(began)
	return report, nil
}

// header is what tells one run from another.
func (r *run) header() header {
	c := &r.cfg
	date := c.Date
	if date.IsZero() {
		date = c.Store.Now()
	}
	masked := []string{}
	for _, p := range print.Purposes() {
		if c.Masked == nil && p == print.Display || c.Masked[p] {
			masked = append(masked, string(p))
		}
	}
	recipient := sha256.Sum256([]byte(c.Copy.Recipient))
	chosen := sha256.Sum256(fmt.Appendf(nil, "%v", c.Scope.Blocks))
	return header{Form: 1, Languages: c.Languages, Purpose: c.Purpose, Photographs: c.Photographs, Masked: masked, Qualifying: c.Qualifying.String(),
		Supplements: c.Supplements, Only: c.Only, Copy: c.Copy.Number, Recipient: hex.EncodeToString(recipient[:8]), Marked: c.Dots != nil,
		District: c.Scope.District.String(), Tehsil: c.Scope.Tehsil.String(), Seat: string(c.Scope.Seat), Chosen: hex.EncodeToString(chosen[:8]), Date: date.UTC().Truncate(time.Second)}
}

// blocks prints what is missing, on all processors.
func (r *run) blocks(ctx context.Context) error {
	var all []rolls.Block
	err := r.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
		if all, err = r.cfg.Store.Blocks(tx, r.cfg.Scope); err != nil {
			return err
		}
		r.places, err = print.ReadPlaces(tx, r.cfg.Store)
		return err
	})
	if err != nil {
		return err
	}
	r.Of = len(all)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan geography.BlockCode)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for code := range work {
				if err := r.block(ctx, code); err != nil {
					cancel(fmt.Errorf("block %v: %w", code, err))
				}
			}
		})
	}
feed:
	for i := range all {
		select {
		case work <- all[i].Code:
		case <-ctx.Done():
			break feed
		}
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}

// block prints one block, or finds that it is printed.
func (r *run) block(ctx context.Context, code geography.BlockCode) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	roll, err := r.read(ctx, code)
	if err != nil {
		return err
	}
	state := roll.State()
	if done, ok := r.log.done[code]; ok && done.State == state && intact(r.cfg.Out, done.Files) {
		r.took(done, true)
		return nil
	}
	if r.cfg.Photographs && !r.cfg.Only {
		if err := r.pictures(ctx, roll); err != nil {
			return err
		}
	}
	done := Printed{Block: code, NA: roll.Block.NA, PA: roll.Block.PA, District: roll.Block.DistrictEn, Tehsil: roll.Block.TehsilEn, Edition: roll.Block.Edition, State: state}
	n, _ := roll.Counts()
	for _, lang := range r.cfg.Languages {
		files, err := r.write(roll, lang)
		if err != nil {
			return err
		}
		done.Files = append(done.Files, files...)
	}
	done.Voters = n[0] + n[1] + n[2]
	if err := r.log.add(done); err != nil {
		return err
	}
	r.took(done, false)
	return nil
}

// read reads a block as one state of the roll.
func (r *run) read(ctx context.Context, code geography.BlockCode) (roll *print.Roll, err error) {
	err = r.cfg.DB.View(ctx, func(tx *database.Tx) error {
		b, err := r.cfg.Store.Block(tx, code)
		if err != nil {
			return err
		}
		roll = &print.Roll{Block: b, Places: r.places}
		if roll.Entries, err = r.cfg.Store.All(tx, code); err != nil || !r.cfg.Supplements && !r.cfg.Only {
			return err
		}
		roll.Supplements, err = supplement.Read(tx, r.cfg.Store, &roll.Block, roll.Entries)
		return err
	})
	return roll, err
}

// pictures reads the photographs of a block.
func (r *run) pictures(ctx context.Context, roll *print.Roll) error {
	files := make(map[string][]byte, len(roll.Entries))
	roll.Photograph = func(id string) ([]byte, error) { return files[id], nil }
	return r.cfg.DB.View(ctx, func(tx *database.Tx) error {
		for i := range roll.Entries {
			id := roll.Entries[i].Photograph
			if id == "" || files[id] != nil {
				continue
			}
			file, err := r.cfg.Store.Photograph(tx, id)
			if err != nil {
				return err
			}
			files[id] = file
		}
		return nil
	})
}

// took counts a block.
func (r *run) took(p Printed, kept bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Blocks++
	if kept {
		r.Kept++
	}
	r.Voters += p.Voters
	for _, f := range p.Files {
		r.Files++
		r.Pages += f.Pages
		r.Unpictured += f.Unpictured
	}
	r.printed = append(r.printed, p)
	if r.cfg.Progress != nil {
		r.cfg.Progress(r.Progress)
	}
}

// seat is the constituency that a block is bundled with.
func (r *run) seat(na, pa geography.Constituency) geography.Constituency {
	seat := na
	if s := r.cfg.Scope.Seat; s != "" && s == pa {
		seat = pa
	}
	if seat == "" {
		return "no-seat"
	}
	return seat
}

// last is the last supplement that was issued.
func last(roll *print.Roll) *supplement.Supplement {
	for _, s := range slices.Backward(roll.Supplements) {
		if s.Number > 0 {
			return &s
		}
	}
	return nil
}
