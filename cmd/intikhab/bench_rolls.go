package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/mass"
	"intikhab/systems/rolls/search"
	"intikhab/systems/voterinfo/rollindex"
)

// benchRolls takes a roll of synthetic voters its whole way: imported from a batch, frozen
// with its root in a ledger and an index for 8300, verified, searched, printed in part.
type benchRolls struct {
	Voters   int    `default:"1000000" placeholder:"N" help:"Voters (${default})."`
	Database string `placeholder:"URL" help:"An empty PostgreSQL database, postgres://…; without it SQLite in the folder."`
	Dir      string `type:"path" placeholder:"DIR" help:"Folder for the files; without it one that is removed at the end."`
	Searches int    `default:"500" placeholder:"N" help:"Searches for names (${default})."`
	Print    int    `default:"100" placeholder:"N" help:"Blocks to print (${default})."`
	Profiles string `type:"path" placeholder:"DIR" help:"Write profiles of the processor's work in each step into this folder."`
}

func (c *benchRolls) Run(ctx context.Context) error {
	defer sparingly()()
	if c.Dir == "" {
		dir, err := os.MkdirTemp("", "intikhab-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Dir = dir
	}
	b := &rollsBench{benchRolls: c}
	defer b.close()
	if err := b.open(ctx); err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) (string, error)
	}{
		{"write the authority's batch", b.write}, {"receive and preview", b.receive}, {"apply", b.apply}, {"names for the officers' search", b.names},
		{"freeze, ledger, index", b.freeze}, {"verify database, index, ledger", b.verify}, {"search", b.search}, {"print", b.print},
	} {
		end, err := c.profile(step.what)
		if err != nil {
			return err
		}
		begun, used := time.Now(), processorTime()
		said, err := step.do(ctx)
		took, used := time.Since(begun), processorTime()-used
		if err = errors.Join(err, end()); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
		fmt.Printf("%-32s %8.1f s, processor %8.1f s, %5.1f µs a voter  %s\n", step.what, took.Seconds(), used.Seconds(), used.Seconds()*1e6/float64(c.Voters), said)
	}
	fmt.Printf("%-32s %8.1f s  %.0f rows/s of the batch from its file into the roll, audit trail included\n", "imported in all", b.imported.Seconds(),
		float64(c.Voters)/b.imported.Seconds())
	return nil
}

// profile begins to write a step's profile, if that is wished.
func (c *benchRolls) profile(step string) (end func() error, err error) {
	if c.Profiles == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(filepath.Join(c.Profiles, strings.Fields(step)[0]+".prof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, nil
}

// rollsBench is one run under way.
type rollsBench struct {
	*benchRolls
	db       *database.DB
	keys     *vault.Keyring
	store    *rolls.Store
	searched *search.Engine
	feed     *feed.Service
	people   *people.Population
	signer   note.Signer
	log      *ledger.Log
	keeper   *frozen.Keeper
	batch    feed.Batch
	roll     frozen.Roll
	imported time.Duration
}

func (b *rollsBench) open(ctx context.Context) (err error) {
	where := b.Database
	if where == "" {
		where = filepath.Join(b.Dir, "records.sqlite")
	}
	if b.db, err = database.Open(ctx, where); err != nil {
		return err
	}
	if err := migrateOffices(ctx, b.db); err != nil {
		return err
	}
	secret, public, err := note.GenerateKey(rand.Reader, "bench.invalid/identity")
	if err != nil {
		return err
	}
	if b.signer, err = note.NewSigner(secret); err != nil {
		return err
	}
	known, err := note.NewVerifier(public)
	if err != nil {
		return err
	}
	b.keys = vault.New(time.Now())
	book := office.NewBook(b.keys, time.Now)
	b.store = rolls.NewStore(b.keys, time.Now)
	b.feed = feed.New(feed.Config{DB: b.db, Keys: b.keys, Rolls: b.store, Phases: phase.NewStore(book), Book: book, Authorities: []note.Verifier{known}})
	if b.people, err = people.New(people.Config{Voters: b.Voters, Seed: 1}); err != nil {
		return err
	}
	key, err := checkpoint.GenerateKey("bench.invalid/ledger")
	if err != nil {
		return err
	}
	if b.log, err = ledger.Open(ctx, filepath.Join(b.Dir, "ledger"), ledger.Options{Key: key}); err != nil {
		return err
	}
	b.keeper = frozen.New(frozen.Config{DB: b.db, Keys: b.keys, Store: b.store, Dir: filepath.Join(b.Dir, "frozen"), Indexes: rollIndexes{key: rollindex.NewKey()},
		Ledger: b.log, Desk: approval.NewDesk(book, 0)})
	empty := false
	err = b.db.Update(ctx, func(tx *database.Tx) error {
		if empty, err = b.store.Empty(tx); err != nil || !empty {
			return err
		}
		if err := b.store.PutBlocks(tx, b.people.Areas()); err != nil {
			return err
		}
		for _, station := range b.people.Stations() {
			if err := b.store.PutStation(tx, station); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && !empty {
		err = errors.New("the database has voters already: give an empty one")
	}
	return err
}

func (b *rollsBench) close() {
	if b.log != nil {
		b.log.Close()
	}
	if b.db != nil {
		b.db.Close()
	}
}

func (b *rollsBench) write(ctx context.Context) (string, error) {
	f, err := os.Create(b.file())
	if err != nil {
		return "", err
	}
	_, err = b.people.WriteFeed(f, 0, b.people.Len())
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	info, err := os.Stat(b.file())
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s rows, %s bytes", thousands(b.Voters), thousands(info.Size())), nil
}

func (b *rollsBench) file() string { return filepath.Join(b.Dir, "batch.csv") }

func (b *rollsBench) receive(ctx context.Context) (string, error) {
	m, err := batchfile.Describe(ctx, b.file(), &batchfile.Mapping{})
	if err != nil {
		return "", err
	}
	m.Authority, m.Batch, m.Sequence, m.Made = b.signer.Name(), "bench", 1, time.Now().UTC()
	signed, err := m.Sign(b.signer)
	if err != nil {
		return "", err
	}
	begun := time.Now()
	b.batch, err = b.feed.Receive(ctx, feed.Delivery{File: b.file(), Manifest: signed, Mapping: &batchfile.Mapping{}, By: office.AtShell()})
	b.imported += time.Since(begun)
	return b.rate(time.Since(begun)) + " (the manifest's own counting before it is not in this rate)", err
}

func (b *rollsBench) rate(took time.Duration) string {
	return fmt.Sprintf("%s rows/s", thousands(int64(float64(b.Voters)/took.Seconds())))
}

func (b *rollsBench) apply(ctx context.Context) (string, error) {
	begun := time.Now()
	err := b.db.Update(ctx, func(tx *database.Tx) error { return b.feed.Apply(tx, b.batch.ID, office.AtShell(), "bench") })
	if err != nil {
		return "", err
	}
	b.batch, err = b.feed.Run(ctx, b.batch.ID, nil)
	if err == nil && b.batch.State != feed.Applied {
		err = fmt.Errorf("the batch is %s", b.batch.State)
	}
	b.imported += time.Since(begun)
	return b.rate(time.Since(begun)), err
}

// names makes the index of the officers' search, which a service has the store make as soon
// as the batch is applied.
func (b *rollsBench) names(ctx context.Context) (string, error) {
	b.searched = search.New(b.store, 1<<30)
	return "", b.searched.Rebuild(ctx, b.db)
}

func (b *rollsBench) freeze(ctx context.Context) (said string, err error) {
	if b.roll, err = b.keeper.Freeze(ctx, frozen.Order{Name: "Bench"}, nil); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s voters, root %.16s…", thousands(b.roll.Voters), b.roll.Root), nil
}

func (b *rollsBench) verify(ctx context.Context) (string, error) {
	r, err := b.keeper.Verify(ctx, b.roll.ID, b.log)
	if err != nil {
		return "", err
	}
	if len(r.Findings) > 0 {
		return "", fmt.Errorf("%v", r.Findings[0])
	}
	return fmt.Sprintf("%s voters agree", thousands(r.Voters)), nil
}

// search looks for people of the roll by name and father's name in their district, each
// search with its row of the audit trail.
func (b *rollsBench) search(ctx context.Context) (string, error) {
	places := make(map[geography.BlockCode]rolls.Block)
	for _, block := range b.people.Areas() {
		block.Place()
		places[block.Code] = block
	}
	rng := mathrand.New(mathrand.NewPCG(1, 1))
	var took []time.Duration
	found := 0
	for range b.Searches {
		who := b.people.At(rng.IntN(b.people.Len()))
		q := search.Query{Name: who.NameEn, Parent: who.ParentEn, Scope: rolls.Scope{District: places[who.Block].District}}
		begun := time.Now()
		err := b.db.Update(ctx, func(tx *database.Tx) error {
			all, _, err := b.searched.Search(tx, q, audit.Entry{Officer: "bench", Reason: "bench"})
			for _, one := range all {
				if one.CNIC == who.CNIC {
					found++
				}
			}
			return err
		})
		if err != nil && !errors.Is(err, search.ErrTooMany) {
			return "", err
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	at := func(part float64) time.Duration {
		return took[min(int(part*float64(len(took))), len(took)-1)].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("%d of %d found among the first %d; median %v, p99 %v", found, b.Searches, search.Shown, at(0.5), at(0.99)), nil
}

func (b *rollsBench) print(ctx context.Context) (string, error) {
	var codes []geography.BlockCode
	for _, block := range b.people.Areas() {
		if len(codes) < b.Print {
			codes = append(codes, block.Code)
		}
	}
	slices.Sort(codes)
	r, err := mass.Run(ctx, mass.Config{DB: b.db, Store: b.store, Scope: rolls.Scope{Blocks: codes}, Options: print.Options{Purpose: print.Polling}, Out: filepath.Join(b.Dir, "prints")})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s pages of %s voters, %.0f pages/s", thousands(r.Pages), thousands(r.Voters), float64(r.Pages)/r.Took.Seconds()), nil
}
