package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"intikhab/platform/database"
	"intikhab/systems/rolls/frozen"
)

// errDisagree says that copies of a roll are not the same.
var errDisagree = errors.New("database, frozen roll, index and ledger do not agree")

// office holds the copies of a frozen roll of an office against each other.
func (c *rollVerify) office(ctx context.Context) error {
	o, err := officeFlag{c.Config}.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	keeper, err := o.keeper()
	if err != nil {
		return err
	}
	key, err := o.cfg.Ledger.verifier()
	if err != nil {
		return fmt.Errorf("the ledger's key: %w", err)
	}
	log, wrong, err := openLedger(ctx, o.cfg.Ledger.Dir, key)
	if err != nil {
		return err
	}
	id := c.Roll
	if id == "" {
		if id, err = newestRoll(ctx, o.db, keeper); err != nil {
			return err
		}
	}
	report, err := keeper.Verify(ctx, id, log)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		report.Findings = append(report.Findings, frozen.Finding{Where: "ledger", What: f.String()})
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		err = out.Encode(report)
	} else {
		tellVerified(report)
	}
	if err == nil && len(report.Findings) > 0 {
		err = errDisagree
	}
	return err
}

// newestRoll is the newest frozen roll, or, where none was frozen yet, the newest index.
func newestRoll(ctx context.Context, db *database.DB, keeper *frozen.Keeper) (id string, err error) {
	err = db.View(ctx, func(tx *database.Tx) error {
		for _, kind := range []frozen.Kind{frozen.Frozen, frozen.Index} {
			all, err := keeper.All(tx, kind, 1)
			if err != nil {
				return err
			}
			if len(all) > 0 {
				id = all[0].ID
				return nil
			}
		}
		return errors.New("no roll was frozen here yet")
	})
	return id, err
}

func tellVerified(r *frozen.Report) {
	fmt.Printf("%q (%s): %s voters of the database in %s electoral areas were held against index and ledger\n", r.Name, r.Roll, thousands(r.Voters), thousands(r.Blocks))
	if r.Root != "" {
		fmt.Printf("root %s\n", r.Root)
	}
	if r.Entry >= 0 {
		fmt.Printf("entry %d of the ledger commits to it\n", r.Entry)
	}
	for _, f := range r.Findings {
		fmt.Println(" ", f)
	}
	if r.More > 0 {
		fmt.Printf("  and %d more\n", r.More)
	}
	if len(r.Findings) == 0 {
		fmt.Println("all agree")
	}
}
