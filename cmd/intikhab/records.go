package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/signin"
	"intikhab/platform/web/draft"
	"intikhab/systems/voterinfo/memory"
	"intikhab/systems/voterinfo/statistics"
)

// tableMakers make the tables of everything that the program keeps. What is missing
// here cannot be backed up; TestAllMigrationsAreKnown finds it.
var tableMakers = slices.Concat([]func(context.Context, *database.DB) error{
	audit.Migrate, office.Migrate, signin.Migrate, busTables, notice.Migrate, draftTables, memory.Migrate, statistics.Migrate,
}, rollsTables)

func busTables(ctx context.Context, db *database.DB) error {
	_, err := bus.NewOutbox(ctx, db)
	return err
}

func draftTables(ctx context.Context, db *database.DB) error {
	_, err := draft.New(ctx, db, vault.New(time.Now()), nil) // no draft is opened with the key
	return err
}

// sealedColumns are the columns with personal data of everything that the program
// keeps. What is missing here is lost when its key is dropped.
func sealedColumns() []vault.Column {
	return slices.Concat(office.SealedColumns(), signin.SealedColumns(), notice.SealedColumns(), draft.Columns, rollsSealed())
}

// recordsFlags name a database, by itself or by the configuration of a node.
type recordsFlags struct {
	Config   string `type:"path" placeholder:"FILE" help:"The configuration file of the node whose database it is."`
	Database string `placeholder:"WHERE" help:"The database instead: a file, or postgres://…"`
}

// where gives the database and, if a configuration is named, what it says of keys.
func (r recordsFlags) where() (where string, cfg *config, err error) {
	switch {
	case (r.Config == "") == (r.Database == ""):
		return "", nil, errors.New("give --database or --config, one of them")
	case r.Database != "":
		return r.Database, nil, nil
	}
	if cfg, err = readConfig(r.Config); err != nil {
		return "", nil, err
	}
	return cfg.Database.URL, cfg, nil
}

// open opens the database, which must be there.
func (r recordsFlags) open(ctx context.Context) (*database.DB, *config, error) {
	where, cfg, err := r.where()
	if err != nil {
		return nil, nil, err
	}
	if !database.IsURL(where) && !exists(where) {
		return nil, nil, fmt.Errorf("there is no database %s", where)
	}
	db, err := database.Open(ctx, where)
	return db, cfg, err
}
