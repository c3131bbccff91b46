package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
	"intikhab/platform/office/audit"
)

type auditCommands struct {
	Verify auditVerify `cmd:"" act:"audit.verify" help:"Hold the officers' audit trail against the public ledger."`
	Search auditSearch `cmd:"" act:"audit.inspect" help:"Look for acts in the audit trail, the newest first."`
	Show   auditShow   `cmd:"" act:"audit.inspect" help:"Show one row of the audit trail, with what is needed to check it by hand."`
	Resume auditResume `cmd:"" act:"audit.resume" help:"Go on after the database had to be put back to an older copy."`
}

// trailFlag names the database that has the trail.
type trailFlag struct {
	Database string `required:"" placeholder:"WHERE" help:"The database: a file of SQLite, or postgres://user@host/name."`
}

// open opens the database, and makes none.
func (f trailFlag) open(ctx context.Context) (*database.DB, error) {
	if !database.IsURL(f.Database) {
		if _, err := os.Stat(f.Database); err != nil {
			return nil, fmt.Errorf("no database there: %w", err)
		}
	}
	return database.Open(ctx, f.Database)
}

// trailLedger names the ledger that the trail is sealed into.
type trailLedger struct {
	Ledger string `required:"" placeholder:"DIR-or-URL" help:"The ledger's published files."`
	Key    string `required:"" placeholder:"VKEY" help:"The ledger's public key, as intikhab ledger keygen printed it."`
	From   string `type:"existingfile" placeholder:"CHECKPOINT" help:"An older checkpoint of the ledger, kept elsewhere: what it had must still be there."`
}

func (f trailLedger) options() (opts verify.Options, err error) {
	key, err := checkpoint.ParseVerifier(f.Key)
	if err != nil {
		return opts, fmt.Errorf("--key: %w", err)
	}
	opts.Keys = []note.Verifier{key}
	if f.From != "" {
		raw, err := os.ReadFile(f.From)
		if err != nil {
			return opts, err
		}
		opts.From = [][]byte{raw}
	}
	return opts, nil
}

type auditVerify struct {
	trailFlag
	trailLedger
	Known []string `placeholder:"FROM-TO" help:"Rows of which it is known that they are missing, and why: 101-120."`
	JSON  bool     `name:"json" help:"Print the report as JSON."`
}

// Help says what the command's result means to a script.
func (c *auditVerify) Help() string {
	return "Ends with 1 when a row is missing, altered, added behind or out of order, or the ledger is not what it was; each is named. Reads only, and may run while the service does."
}

func (c *auditVerify) Run(ctx context.Context) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := audit.Verify(ctx, db, c.Ledger, opts)
	if err != nil {
		return err
	}
	for _, known := range c.Known {
		var from, to int64
		if n, err := fmt.Sscanf(known, "%d-%d", &from, &to); err != nil || n != 2 {
			return fmt.Errorf("--known %s: give the first and the last row, as in --known 101-120", known)
		}
		r.Forgive(from, to)
	}
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	} else {
		printReport(r)
	}
	if n := int64(len(r.Findings)) + r.More; n > 0 {
		return fmt.Errorf("the trail is not what was written: %s found", several(n, "thing"))
	}
	return nil
}

func printReport(r *audit.Report) {
	fmt.Printf("rows    %s read: sealed up to row %s, %s waiting to be sealed\n", thousands(r.Rows), thousands(r.Sealed), thousands(r.Waiting))
	fmt.Printf("ledger  %s, %s entries, root %s\n", r.Origin, thousands(r.LedgerSize), r.Root)
	if r.Unnoted > 0 {
		fmt.Printf("        %s rows stand in it of which the service has not yet noted where; it does when it next seals\n", thousands(r.Unnoted))
	}
	for _, f := range r.Known {
		fmt.Printf("known   %s\n", f)
	}
	for _, f := range r.Findings {
		fmt.Println(f)
	}
	if r.More > 0 {
		fmt.Printf("and %s more\n", thousands(r.More))
	}
	if r.OK() {
		fmt.Println("all is in order")
	}
}

// several gives a number with its noun.
func several(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

type auditSearch struct {
	trailFlag
	Officer string    `help:"Who did it, or whose charge he held."`
	Office  string    `help:"For which office."`
	Act     string    `help:"office.appoint; with a dot at the end, all of a package: office."`
	On      string    `help:"office:41; with a colon at the end, all of a kind: office:"`
	Request string    `help:"The number of the request, as logs and error pages have it."`
	Reason  string    `help:"Part of the reason."`
	Since   time.Time `format:"2006-01-02T15:04:05Z07:00" placeholder:"INSTANT" help:"From when, as 2026-03-01T00:00:00+05:00."`
	Until   time.Time `format:"2006-01-02T15:04:05Z07:00" placeholder:"INSTANT" help:"Before when."`
	Outcome string    `enum:",done,refused,shown" default:"" help:"done, refused or shown."`
	Before  int64     `help:"Rows with lower numbers: the next page."`
	Limit   int       `default:"50" help:"Rows, at most 1,000."`
	JSON    bool      `name:"json" help:"Print one JSON line for each."`
}

func (c *auditSearch) Run(ctx context.Context) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	page, err := audit.Search(ctx, db, audit.Query{Officer: c.Officer, Office: c.Office, Act: c.Act, On: c.On, Request: c.Request, Reason: c.Reason,
		From: c.Since, To: c.Until, Outcome: audit.ParseOutcome(c.Outcome), Before: c.Before, Limit: c.Limit})
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		for _, r := range page.Rows {
			if err := out.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range page.Rows {
		fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%q\n", r.Seq, r.At.UTC().Format(time.RFC3339), orDash(r.Officer), orDash(r.Office), r.Act, orDash(r.On), r.Outcome, r.Reason)
	}
	if page.Next > 0 {
		fmt.Fprintf(out, "more: --before %d\n", page.Next)
	}
	return out.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

type auditShow struct {
	trailFlag
	Row     int64  `arg:"" help:"The row's number."`
	Content string `type:"path" placeholder:"FILE" help:"Write the bytes that were committed to into a new file."`
}

func (c *auditShow) Run(ctx context.Context) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := audit.Show(ctx, db, c.Row)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{"row", fmt.Sprint(r.Seq)}, {"at", r.At.UTC().Format("2006-01-02T15:04:05.000000Z")}, {"officer", r.Officer}, {"acting for", r.For}, {"office", r.Office},
		{"act", r.Act}, {"on", r.On}, {"outcome", r.Outcome.String()}, {"changes", r.ChangesText()}, {"reason", r.Reason}, {"request", r.Request},
		{"salt", hex.EncodeToString(r.Salt[:])}, {"commitment", hex.EncodeToString(r.Commitment[:])},
	} {
		fmt.Fprintf(out, "%s\t%s\n", line[0], line[1])
	}
	if r.Sealed {
		fmt.Fprintf(out, "ledger\tentry %d\n", r.Index)
	} else {
		fmt.Fprintf(out, "ledger\twaiting to be sealed\n")
	}
	if err := out.Flush(); err != nil || c.Content == "" {
		return err
	}
	f, err := os.OpenFile(c.Content, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(r.Content)
	return errors.Join(err, f.Close())
}

type auditResume struct {
	trailFlag
	trailLedger
	Officer string `required:"" help:"Who does this: it stands in the trail."`
	Reason  string `required:"" help:"Why the database had to be put back: it stands in the trail."`
}

// Help says what the command costs.
func (c *auditResume) Help() string {
	return "Stop the service first. What the older copy lacks stays lost, and intikhab audit verify names these rows for ever; rows written since the copy was put back get the numbers after those in the ledger."
}

func (c *auditResume) Run(ctx context.Context) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	done, err := audit.Resume(ctx, db, c.Ledger, opts, time.Now(), audit.Entry{Officer: c.Officer, Reason: c.Reason})
	if err != nil {
		return err
	}
	fmt.Printf("rows %d to %d are lost; row %d tells of it\n", done.LostFrom, done.LostTo, done.Row)
	if done.MovedTo > 0 {
		fmt.Printf("rows %d to %d, written since, have the numbers from %d on\n", done.MovedFrom, done.MovedTo, done.LostTo+1)
	}
	return nil
}
