package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"filippo.io/age"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
)

type keysCommands struct {
	New    keysNew    `cmd:"" act:"key.make" help:"Make a keyring for personal records, or add a key to one."`
	List   keysList   `cmd:"" act:"key.list" help:"Show the keys of a keyring, and what needs them."`
	Rotate keysRotate `cmd:"" act:"database.rotate" help:"Seal all personal records under the newest key, while the service runs."`
	Drop   keysDrop   `cmd:"" act:"key.drop" help:"Take a key off the keyring that nothing needs any more."`
	Backup keysBackup `cmd:"" act:"key.make" help:"Make a pair of keys for backups."`
}

// keyringFlag names a keyring's file.
type keyringFlag struct {
	Keyring string `required:"" type:"path" placeholder:"FILE" help:"The keyring, as intikhab setup or keys new made it."`
}

func (f keyringFlag) read() (*vault.Keyring, error) { return vault.Source{File: f.Keyring}.Read() }

type keysNew struct {
	Keyring string `required:"" type:"path" placeholder:"FILE" help:"The keyring; it is made if there is none."`
}

func (c *keysNew) Run() error {
	if !exists(c.Keyring) {
		keys := vault.New(time.Now())
		if err := keys.Write(c.Keyring); err != nil {
			return err
		}
		fmt.Printf("key %v is in the new keyring %s; keep a copy where the records are not: without it nobody reads the personal records again\n", keys.Newest(), c.Keyring)
		return nil
	}
	keys, err := keyringFlag{c.Keyring}.read()
	if err != nil {
		return err
	}
	id := keys.Add(time.Now())
	if err := keys.Write(c.Keyring); err != nil {
		return err
	}
	fmt.Printf("key %v is the newest in %s, and the older ones are still there; keep a copy of the file.\n", id, c.Keyring)
	fmt.Println("Bring the file to every node; each reads it within a minute. Then: intikhab keys rotate")
	return nil
}

type keysList struct {
	keyringFlag
	Database string `placeholder:"WHERE" help:"The database, to tell what needs each key: a file, or postgres://…"`
}

func (c *keysList) Run(ctx context.Context) error {
	keys, err := c.read()
	if err != nil {
		return err
	}
	uses := map[vault.KeyID]int64{}
	if c.Database != "" {
		db, _, err := recordsFlags{Database: c.Database}.open(ctx)
		if err != nil {
			return err
		}
		defer db.Close()
		all, err := vault.Uses(ctx, db, sealedColumns())
		if err != nil {
			return err
		}
		for _, u := range all {
			uses[u.Key] += u.Values
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, k := range keys.Keys() {
		note := ""
		if k.Newest {
			note = "seals"
		}
		if c.Database != "" {
			note = strings.TrimSpace(fmt.Sprintf("needed by %s values  %s", thousands(uses[k.ID]), note))
			delete(uses, k.ID)
		}
		fmt.Fprintf(out, "%v\tmade %s\t%s\n", k.ID, k.Made.Format(time.RFC3339), note)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for id, n := range uses {
		err = errors.Join(err, fmt.Errorf("%s values need key %v, which is not on the keyring: find the keyring that has it", thousands(n), id))
	}
	return err
}

type keysRotate struct {
	keyringFlag
	Database string `required:"" placeholder:"WHERE" help:"The database: a file, or postgres://…"`
}

func (c *keysRotate) Run(ctx context.Context) error {
	keys, err := c.read()
	if err != nil {
		return err
	}
	db, _, err := recordsFlags{Database: c.Database}.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := newProgressBar("values")
	err = vault.Rotate(ctx, db, keys, sealedColumns(), func(p vault.Progress) { bar.show(p.Column.String(), uint64(p.Sealed), 0) })
	bar.finish()
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted; what is done is done: run it again, and it goes on")
	}
	if err != nil {
		return err
	}
	fmt.Printf("everything is sealed under key %v\n", keys.Newest())
	for _, k := range keys.Keys() {
		if !k.Newest {
			fmt.Printf("key %v is not needed any more: intikhab keys drop. Backups made until now need it: keep the old keyring with them.\n", k.ID)
		}
	}
	return nil
}

type keysDrop struct {
	keyringFlag
	Key      string `arg:"" placeholder:"NUMBER" help:"The key's number, as intikhab keys list shows it."`
	Database string `required:"" placeholder:"WHERE" help:"The database that must not need it: a file, or postgres://…"`
}

func (c *keysDrop) Run(ctx context.Context) error {
	id, err := vault.ParseKeyID(c.Key)
	if err != nil {
		return err
	}
	keys, err := c.read()
	if err != nil {
		return err
	}
	db, _, err := recordsFlags{Database: c.Database}.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := dropKey(ctx, db, keys, id); err != nil {
		return err
	}
	if err := keys.Write(c.Keyring); err != nil {
		return err
	}
	fmt.Printf("key %v is off the keyring. Older backups still need it: keep the old keyring with them.\n", id)
	return nil
}

func dropKey(ctx context.Context, db *database.DB, keys *vault.Keyring, id vault.KeyID) error {
	if err := vault.CanDrop(ctx, db, keys, sealedColumns(), id, time.Now()); err != nil {
		return err
	}
	return keys.Drop(id)
}

type keysBackup struct {
	Out string `required:"" type:"path" placeholder:"KEY" help:"File for the private key; it is not overwritten. Make it where backups are restored, not where they are made."`
}

func (c *keysBackup) Run() error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already and is left alone: a private key that is lost makes its backups unreadable", c.Out)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "# private key for backups, made %s\n# public key: %v\n%v\n", time.Now().UTC().Format(time.RFC3339), id.Recipient(), id)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	fmt.Printf("the private key is in %s; keep it, and a copy, away from the machine that makes backups. The public key is:\n%v\n", c.Out, id.Recipient())
	return nil
}
