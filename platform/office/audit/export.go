package audit

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/database"
)

// exportHead are the columns of an export.
var exportHead = []string{"seq", "at", "officer", "acting_for", "office", "act", "on", "outcome", "changes", "reason", "request", "commitment"}

// Export writes the rows of a query as CSV (RFC 4180), the newest first. That is
// itself an act of the officer whom by names, for the reason that it gives: its row
// is written before the first byte, and tells what was asked for. Rows that are
// written after it are not in the export. Before and Limit of the query count for
// nothing.
func Export(ctx context.Context, db *database.DB, now time.Time, w io.Writer, q Query, by Entry) error {
	if by.Act == "" {
		by.Act = "audit.export"
	}
	if by.On == "" {
		by.On = "audit:rows"
	}
	by.After = q.fields()
	err := db.Update(ctx, func(tx *database.Tx) error {
		h, err := readHead(tx)
		if err != nil {
			return err
		}
		q.Before, q.Limit = h.seq+1, mostRows
		return Seen(tx, now, by)
	})
	if err != nil {
		return fmt.Errorf("audit export: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(exportHead)
	for {
		page, err := Search(ctx, db, q)
		if err != nil {
			return err
		}
		for i := range page.Rows {
			out.Write(page.Rows[i].record())
		}
		if out.Flush(); out.Error() != nil {
			return fmt.Errorf("audit export: %w", out.Error())
		}
		if page.Next == 0 {
			return nil
		}
		q.Before = page.Next
	}
}

func (r *Row) record() []string {
	record := []string{strconv.FormatInt(r.Seq, 10), r.At.UTC().Format("2006-01-02T15:04:05.000000Z"), r.Officer, r.For, r.Office, r.Act, r.On,
		r.Outcome.String(), r.ChangesText(), r.Reason, r.Request, hex.EncodeToString(r.commitment[:])}
	for i := range record {
		record[i] = sheetText(record[i])
	}
	return record
}

// sheetText keeps a spreadsheet from running a text as a formula.
func sheetText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// ChangesText gives what was changed in one line: "role: operator → officer".
func (r *Row) ChangesText() string {
	var parts []string
	for _, c := range r.Changes {
		switch {
		case c.Before == nil && c.After != nil:
			parts = append(parts, c.Field+": "+*c.After)
		case c.After == nil && c.Before != nil:
			parts = append(parts, c.Field+": "+*c.Before+" → (none)")
		case c.Before != nil:
			parts = append(parts, c.Field+": "+*c.Before+" → "+*c.After)
		}
	}
	return strings.Join(parts, "; ")
}

// fields gives what was asked for, as a row says it.
func (q Query) fields() map[string]string {
	m := map[string]string{}
	for name, value := range map[string]string{"officer": q.Officer, "office": q.Office, "act": q.Act, "on": q.On, "request": q.Request, "reason": q.Reason} {
		if value != "" {
			m[name] = value
		}
	}
	if !q.From.IsZero() {
		m["from"] = q.From.UTC().Format(time.RFC3339)
	}
	if !q.To.IsZero() {
		m["to"] = q.To.UTC().Format(time.RFC3339)
	}
	if q.Outcome != 0 {
		m["outcome"] = q.Outcome.String()
	}
	return m
}
