// Package backup is the copy of a database from which it can be made again: one file
// with all records at one instant, taken while the service writes, the same whether
// they lie in SQLite or in PostgreSQL, so that a backup of the one can be restored
// into the other. The file is compressed (Zstandard, RFC 8878) and encrypted to
// public keys (age-encryption.org/v1), so that the machine that makes backups can't
// read them. docs/backup-format.md describes it byte by byte; TestRestoreDrill
// compares what comes back, row by row, and TestDamagedIsRefused changes every byte.
//
// A backup holds rows, not tables: [Restore] makes the tables by the program's own
// migrations, and so runs nothing that stands in the file. Whoever has the public key
// can make a file that looks like a backup; restore only files that you keep.
//
// A backup does not hold the keyring (package vault) that opens the personal data in
// it, nor the ledger, which is a folder of public files.
package backup

import (
	"fmt"
	"strings"
	"time"

	"intikhab/platform/database"
)

// A Summary tells what a backup holds.
type Summary struct {
	Made    time.Time // the instant is a little later: when the reading began
	From    string    // "SQLite" or "PostgreSQL"
	History []database.Applied
	Tables  []TableSummary
	Rows    int64
	Bytes   int64 // of the records, before they are compressed
}

// A TableSummary tells of one table.
type TableSummary struct {
	Name    string
	Columns []database.Column
	Rows    int64
	SHA256  string // over its columns and rows
}

// String tells the summary in lines.
func (s Summary) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "made %s from %s: %d tables, %d rows, %d bytes of records\n", s.Made.UTC().Format(time.RFC3339), s.From, len(s.Tables), s.Rows, s.Bytes)
	for _, t := range s.Tables {
		fmt.Fprintf(&out, "%12d rows  %s\n", t.Rows, t.Name)
	}
	return out.String()
}
