package main

import (
	"context"
	"fmt"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/copies"
	"intikhab/systems/rolls/print/mass"
	"intikhab/systems/rolls/trace"
)

// rollPrint prints the rolls of many blocks.
type rollPrint struct {
	officeFlag
	Out         string   `required:"" type:"path" placeholder:"DIR" help:"The folder; a run that was stopped goes on in it."`
	Seat        string   `placeholder:"NA-1" help:"The blocks of a constituency of either assembly."`
	District    string   `placeholder:"KEY" help:"The blocks of a district, as district:quetta."`
	Purpose     string   `default:"polling" placeholder:"WORD" help:"display, polling or office (${default}); a candidate's copy takes two officers, at /rolls/print."`
	Languages   []string `default:"ur" placeholder:"ur,en" help:"In which languages (${default})."`
	Photographs bool     `help:"With photographs."`
	Supplements bool     `help:"With the supplements that were issued."`
	Bundles     bool     `help:"A ZIP file for each constituency too."`
	Reason      string   `required:"" placeholder:"TEXT" help:"Why, for the audit trail."`
}

func (c *rollPrint) Run(ctx context.Context) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	cfg.DB, cfg.Store = o.db, o.store
	// That persons were printed is in the trail before the first is.
	err = o.db.Update(ctx, func(tx *database.Tx) error {
		return audit.Write(tx, o.store.Now(), audit.Entry{Act: "print.run", On: "roll:" + scopeText(cfg.Scope), Reason: c.Reason,
			After: map[string]string{"purpose": c.Purpose, "photographs": fmt.Sprint(c.Photographs)}})
	})
	if err != nil {
		return err
	}
	bar := newProgressBar("blocks")
	cfg.Progress = func(p mass.Progress) { bar.show("printing", uint64(p.Blocks), uint64(p.Of)) }
	r, err := mass.Run(ctx, cfg)
	bar.finish()
	if err != nil {
		return err
	}
	fmt.Printf("%s blocks (%s from an earlier run), %s voters, %s pages in %v\nmanifest %s, SHA-256 %s\n",
		thousands(r.Blocks), thousands(r.Kept), thousands(r.Voters), thousands(r.Pages), r.Took.Round(1e8), r.Manifest, r.SHA256)
	return nil
}

// config is what the flags ask for.
func (c *rollPrint) config() (cfg mass.Config, err error) {
	cfg = mass.Config{Out: c.Out, Supplements: c.Supplements, Bundles: c.Bundles}
	purpose, ok := print.ParsePurpose(c.Purpose)
	if !ok || purpose == print.Candidate {
		return cfg, fmt.Errorf("--purpose: %q is none of display, polling, office", c.Purpose)
	}
	cfg.Purpose, cfg.Photographs = purpose, c.Photographs
	for _, text := range c.Languages {
		lang := words.Language(text)
		if lang != words.Urdu && lang != words.English {
			return cfg, fmt.Errorf("--languages: %q is neither ur nor en", text)
		}
		cfg.Languages = append(cfg.Languages, lang)
	}
	if c.Seat != "" {
		if cfg.Scope.Seat, err = geography.ParseConstituency(c.Seat); err != nil {
			return cfg, fmt.Errorf("--seat: %w", err)
		}
	}
	if c.District != "" {
		if cfg.Scope.District, err = area.Parse(c.District); err != nil {
			return cfg, fmt.Errorf("--district: %w", err)
		}
	}
	return cfg, nil
}

func scopeText(s rolls.Scope) string {
	switch {
	case s.Seat != "":
		return "constituency:" + string(s.Seat)
	case !s.District.IsZero():
		return s.District.String()
	}
	return "pk"
}

// rollTrace reads the hidden mark of a page.
type rollTrace struct {
	officeFlag
	Page   string `arg:"" type:"existingfile" help:"The page, scanned: PNG, JPEG or TIFF. Of a PDF, pdftoppm -r 300 makes such pictures."`
	Reason string `required:"" placeholder:"TEXT" help:"Why, for the audit trail."`
}

func (c *rollTrace) Run(ctx context.Context) error {
	page, err := trace.Open(c.Page)
	if err != nil {
		return err
	}
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	service := copies.New(copies.Config{DB: o.db, Store: o.store, Keys: o.keys, Book: o.book, Desk: approval.NewDesk(o.book, 0), Dir: o.cfg.Rolls.copies()})
	r, given, err := service.Trace(ctx, office.AtShell(), page, c.Reason)
	if err != nil {
		return err
	}
	fmt.Printf("copy %d, given to %s (%s), asked for by officer %s on %s\n", given.Number, given.Recipient, given.Kind, given.Officer, given.Asked.In(words.Zone).Format("2006-01-02"))
	fmt.Printf("another copy's page, or anything else, gives this reading with a chance below %.1g; %.0f%% of the dots agree\n", r.Chance, 100*r.Likeness)
	return nil
}
