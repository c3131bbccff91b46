package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
	"intikhab/platform/office"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/search"
)

// officeFlag names the office whose rolls a command works on.
type officeFlag struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file of the office."`
}

// rollsOffice is the records of an office's rolls, opened by a command at the machine. A
// service may be running on them.
type rollsOffice struct {
	cfg   *config
	db    *database.DB
	keys  *vault.Keyring
	book  *office.Book
	store *rolls.Store
	feed  *feed.Service
}

// open opens the records. They are to be closed.
func (f officeFlag) open(ctx context.Context) (*rollsOffice, error) {
	cfg, err := readConfig(f.Config)
	if err != nil {
		return nil, err
	}
	if !database.IsURL(cfg.Database.URL) && !exists(cfg.Database.URL) {
		return nil, fmt.Errorf("there are no records at %s: start the service once", cfg.Database.URL)
	}
	o := &rollsOffice{cfg: cfg}
	if o.keys, err = cfg.Database.keyring(); err != nil {
		return nil, err
	}
	authorities, err := cfg.Rolls.authorities()
	if err != nil {
		return nil, err
	}
	if o.db, err = database.Open(ctx, cfg.Database.URL); err != nil {
		return nil, err
	}
	if err := migrateOffices(ctx, o.db); err != nil {
		o.db.Close()
		return nil, err
	}
	o.book = office.NewBook(o.keys, time.Now)
	o.store = rolls.NewStore(o.keys, time.Now)
	search.New(o.store, cfg.Rolls.Searches)
	o.feed = feed.New(feed.Config{DB: o.db, Keys: o.keys, Rolls: o.store, Phases: phase.NewStore(o.book), Book: o.book, Authorities: authorities})
	return o, nil
}

func (o *rollsOffice) close() { o.db.Close() }

// keeper gives the keeper of frozen rolls, which only verifies here.
func (o *rollsOffice) keeper() (*frozen.Keeper, error) {
	key, err := o.cfg.Roll.key()
	if err != nil {
		return nil, fmt.Errorf("the key of 8300's rolls: %w", err)
	}
	return frozen.New(frozen.Config{DB: o.db, Keys: o.keys, Store: o.store, Dir: o.cfg.Rolls.Dir, Indexes: rollIndexes{key: key}}), nil
}

// ledgerFiles reads entries from the ledger's published files.
type ledgerFiles struct {
	files ledger.Files
	size  uint64
}

// openLedger opens the published files of a ledger, whole and signed by its key.
func openLedger(ctx context.Context, where string, key note.Verifier) (*ledgerFiles, []verify.Finding, error) {
	files, err := ledger.OpenFiles(where)
	if err != nil {
		return nil, nil, err
	}
	report, err := verify.Log(ctx, files, verify.Options{Keys: []note.Verifier{key}})
	if err != nil {
		return nil, nil, err
	}
	return &ledgerFiles{files, report.Size}, report.Findings, nil
}

// Read implements frozen.Ledger.
func (l *ledgerFiles) Read(ctx context.Context, index uint64) (r ledger.Record, err error) {
	if index >= l.size {
		return r, fmt.Errorf("the published ledger has %d entries", l.size)
	}
	const width = 256
	bundle, err := ledger.ReadBundle(ctx, l.files, index/width, int(min(width, l.size-index/width*width)))
	if err != nil {
		return r, err
	}
	if index%width >= uint64(len(bundle)) {
		return r, errors.New("the bundle is too short")
	}
	r.Index = index
	r.Entry, err = ledger.ParseEntry(bundle[index%width])
	return r, err
}

// verifier is the public key of the office's own ledger.
func (l ledgerConfig) verifier() (note.Verifier, error) {
	key, err := l.key()
	if err != nil {
		return nil, err
	}
	return checkpoint.ParseVerifier(key.Verifier())
}
