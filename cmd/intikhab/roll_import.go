package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/feed/batchfile"
)

// rollImport takes a batch of the identity authority in.
type rollImport struct {
	officeFlag
	File     string `arg:"" type:"existingfile" help:"The batch: CSV (plain, gzip, zstd) or Parquet."`
	Manifest string `type:"existingfile" placeholder:"FILE" help:"The signed manifest; without it FILE.manifest."`
	mappingFlags
	Apply  bool   `help:"Apply it at once, which only the first batch of an empty roll may be here; else an officer does on his page."`
	Reason string `placeholder:"TEXT" help:"Why, for the audit trail."`
	JSON   bool   `name:"json" help:"Print the batch as JSON."`
}

// mappingFlags say how somebody else's file holds what the format has.
type mappingFlags struct {
	Mapping string `type:"existingfile" placeholder:"FILE" help:"How somebody else's file is to be read, as docs/feed.md shows it."`
	Columns string `placeholder:"OURS=THEIRS,…" help:"Or only other names of columns: cnic=nic_no,born=dob"`
}

func (f mappingFlags) mapping() (*batchfile.Mapping, error) {
	switch {
	case f.Mapping != "" && f.Columns != "":
		return nil, errors.New("give --mapping or --columns, one of them")
	case f.Mapping == "":
		return batchfile.ParseColumns(f.Columns)
	}
	text, err := os.ReadFile(f.Mapping)
	if err != nil {
		return nil, err
	}
	m, err := batchfile.ParseMapping(text)
	if err != nil {
		err = fmt.Errorf("%s: %w", f.Mapping, err)
	}
	return m, err
}

func (c *rollImport) Run(ctx context.Context) error {
	defer sparingly()()
	o, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	mapping, err := c.mapping()
	if err != nil {
		return err
	}
	if c.Manifest == "" {
		c.Manifest = c.File + ".manifest"
	}
	manifest, err := os.ReadFile(c.Manifest)
	if err != nil {
		return err
	}
	bar := newProgressBar("rows")
	b, err := o.feed.Receive(ctx, feed.Delivery{File: c.File, Manifest: manifest, Mapping: mapping, By: office.AtShell(),
		Progress: func(done, total int64) { bar.show("reading the batch", uint64(done), uint64(total)) }})
	bar.finish()
	if err != nil {
		return err
	}
	if c.Apply && b.State == feed.Previewed {
		err := o.db.Update(ctx, func(tx *database.Tx) error { return o.feed.Apply(tx, b.ID, office.AtShell(), c.Reason) })
		if err != nil {
			return err
		}
	}
	if c.Apply {
		bar := newProgressBar("rows")
		b, err = o.feed.Run(ctx, b.ID, func(done, total int64) { bar.show("applying the batch", uint64(done), uint64(total)) })
		bar.finish()
		if err != nil {
			return err
		}
	}
	return c.tell(b)
}

func (c *rollImport) tell(b feed.Batch) error {
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(b)
	}
	fmt.Printf("batch %v, %s of %s: %s; rows %s, not taken %s\n", b.ID, b.Manifest.Batch, b.Manifest.Authority, b.State, thousands(b.Rows), thousands(b.Rejected))
	counts := b.Done.Outcomes
	if b.State == feed.Previewed && b.Preview != nil {
		counts = b.Preview.Outcomes
	}
	for _, outcome := range feed.Outcomes() {
		if n := counts[outcome]; n > 0 {
			fmt.Printf("  %-10s %s\n", outcome, thousands(n))
		}
	}
	if b.State == feed.Previewed {
		fmt.Println("an officer of the Secretariat applies or discards it at /rolls/feed")
	}
	return nil
}

// rollDescribe makes the manifest of a batch, for whoever sends batches.
type rollDescribe struct {
	File      string `arg:"" type:"existingfile" help:"The batch."`
	Authority string `required:"" placeholder:"NAME" help:"The authority's name, as its key has it: nadra.gov.pk/rolls"`
	Key       string `required:"" type:"path" placeholder:"FILE" help:"The authority's secret key; made, with FILE.pub beside it, if there is none."`
	Batch     string `required:"" placeholder:"NAME" help:"The batch's name."`
	Sequence  int64  `required:"" placeholder:"N" help:"Its place among the authority's batches: 1, 2, 3."`
	Previous  string `placeholder:"SHA256" help:"Digest of the batch before; none of the first."`
	mappingFlags
}

func (c *rollDescribe) Run(ctx context.Context) error {
	mapping, err := c.mapping()
	if err != nil {
		return err
	}
	signer, err := c.signer()
	if err != nil {
		return err
	}
	m, err := batchfile.Describe(ctx, c.File, mapping)
	if err != nil {
		return err
	}
	m.Authority, m.Batch, m.Sequence, m.Previous, m.Made = c.Authority, c.Batch, c.Sequence, c.Previous, time.Now().UTC().Truncate(time.Second)
	signed, err := m.Sign(signer)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.File+".manifest", signed, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %s rows, SHA-256 %s; the manifest is %s.manifest\n", filepath.Base(c.File), thousands(m.Rows), m.SHA256, filepath.Base(c.File))
	return nil
}

// signer reads the authority's key, or makes it.
func (c *rollDescribe) signer() (note.Signer, error) {
	text, err := os.ReadFile(c.Key)
	if err == nil {
		return note.NewSigner(string(text))
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	secret, public, err := note.GenerateKey(nil, c.Authority)
	if err != nil {
		return nil, fmt.Errorf("--authority: %w", err)
	}
	if err := os.WriteFile(c.Key, []byte(secret), 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.Key+".pub", []byte(public+"\n"), 0o644); err != nil {
		return nil, err
	}
	fmt.Printf("made the authority's key %s; whoever takes its batches needs %s.pub\n", c.Key, c.Key)
	return note.NewSigner(secret)
}

// sparingly has the program look for free memory less often, until what it gives is
// called: millions of rows leave much of it, and the looking took a sixth of the
// processor's work. It costs some hundreds of megabytes.
func sparingly() (back func()) {
	before := debug.SetGCPercent(400)
	return func() { debug.SetGCPercent(before) }
}
