package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"filippo.io/age"

	"intikhab/platform/database"
	"intikhab/platform/database/backup"
)

// backupCommand makes a backup while the service runs.
type backupCommand struct {
	recordsFlags
	To        string   `required:"" type:"path" placeholder:"FILE" help:"The new file; a backup never replaces another."`
	Recipient []string `required:"" placeholder:"age1…" help:"Public key of whoever may read it, as intikhab keys backup printed it; several, if several may."`
}

func (c *backupCommand) Run(ctx context.Context) error {
	recipients, err := backup.Recipients(c.Recipient...)
	if err != nil {
		return err
	}
	known, err := database.Gather(ctx, tableMakers...)
	if err != nil {
		return err
	}
	db, _, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := newProgressBar("rows")
	var done int64
	s, err := backup.Write(ctx, db, c.To, recipients, known, func(t backup.TableSummary) {
		done += t.Rows
		bar.show("saving", uint64(done), 0)
	})
	bar.finish()
	if err != nil {
		return err
	}
	info, err := os.Stat(c.To)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s bytes, %v", c.To, thousands(info.Size()), s)
	fmt.Println("Try it where the private key is: intikhab restore --check. The keyring and the ledger are not in it; keep them too.")
	return nil
}

// restoreCommand puts a backup into an empty database, or only reads it.
type restoreCommand struct {
	From     string `required:"" type:"existingfile" placeholder:"FILE" help:"The backup."`
	Identity string `required:"" type:"existingfile" placeholder:"KEY" help:"File with the private key that belongs to its recipient."`
	Database string `placeholder:"WHERE" help:"The empty database: a file that is not there yet, or postgres://…"`
	Check    bool   `help:"Only read the backup whole, and tell what it holds."`
}

func (c *restoreCommand) Run(ctx context.Context) error {
	if c.Check == (c.Database != "") {
		return errors.New("give --database, or --check, one of them")
	}
	identities, err := backup.Identities(c.Identity)
	if err != nil {
		return err
	}
	known, err := database.Gather(ctx, tableMakers...)
	if err != nil {
		return err
	}
	if c.Check {
		s, err := backup.Check(ctx, c.From, identities)
		if err != nil {
			return err
		}
		fmt.Printf("%s is whole, %v", c.From, s)
		if err := known.Knows(s.History); err != nil {
			return fmt.Errorf("and this program cannot restore it: %w", err)
		}
		return nil
	}
	return c.restore(ctx, identities, known)
}

func (c *restoreCommand) restore(ctx context.Context, identities []age.Identity, known database.Migrations) error {
	db, err := database.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := newProgressBar("rows")
	var done int64
	s, err := backup.Restore(ctx, db, c.From, identities, known, func(t backup.TableSummary) {
		done += t.Rows
		bar.show("restoring", uint64(done), 0)
	})
	bar.finish()
	if err != nil {
		return err
	}
	fmt.Printf("restored into %s, %v", db.Where(), s)
	return nil
}
