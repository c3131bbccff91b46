package main

import (
	"context"
	"fmt"
	"time"

	"intikhab/systems/rolls/anomaly"
	"intikhab/systems/rolls/doubles"
)

// rollAnomalies looks through the whole roll for what should not be so.
type rollAnomalies struct{ officeFlag }

func (c *rollAnomalies) Run(ctx context.Context) error {
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	found := anomaly.New(anomaly.Config{DB: o.db, Roll: o.store, Reported: o.feed})
	begun := time.Now()
	r, err := found.Run(ctx, nil)
	if err != nil {
		return err
	}
	fmt.Printf("%s voters in %s electoral areas looked at in %v; what was found is at /rolls/anomalies\n", thousands(r.Voters), thousands(r.Blocks), time.Since(begun).Round(100*time.Millisecond))
	return nil
}

// rollDoubles looks through the whole roll for persons with two entries.
type rollDoubles struct{ officeFlag }

func (c *rollDoubles) Run(ctx context.Context) error {
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	begun := time.Now()
	r, err := doubles.NewStore(o.store, time.Now).Report(ctx, o.db, doubles.Standard())
	if err != nil {
		return err
	}
	fmt.Printf("%s likely doubles among %s voters, in %v; they are at /rolls/doubles\n", thousands(r.Reported), thousands(r.Voters), time.Since(begun).Round(100*time.Millisecond))
	return nil
}
