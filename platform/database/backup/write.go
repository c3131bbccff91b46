package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"intikhab/platform/database"
)

// Recipients reads public keys, such as age1….
func Recipients(keys ...string) ([]age.Recipient, error) {
	if len(keys) == 0 {
		return nil, errors.New("no recipient: name the public key (age1…) of whoever may read the backup")
	}
	all, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, fmt.Errorf("recipient: %w; a public key begins with age1 (make a pair with: intikhab keys backup)", err)
	}
	return all, nil
}

// Write makes a backup of the database in a new file, while others read and write.
// When it returns nil the file is on the disk whole, under its name; until then,
// whatever happens, there is no file of that name. What could not be restored, since
// it is of no migration that the program knows, is an error. progress, which may be
// nil, is called with each table that is done.
func Write(ctx context.Context, db *database.DB, to string, recipients []age.Recipient, known database.Migrations, progress func(TableSummary)) (Summary, error) {
	if _, err := os.Lstat(to); err == nil {
		return Summary{}, fmt.Errorf("backup: %s is there already, and a backup never replaces another", to)
	}
	f, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".unfinished-*") // mode 0600
	if err != nil {
		return Summary{}, fmt.Errorf("backup: %w", err)
	}
	defer os.Remove(f.Name()) // does nothing once it has its name
	s, err := writeTo(ctx, db, f, recipients, known, progress)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = publish(f.Name(), to)
	}
	if err != nil {
		return Summary{}, fmt.Errorf("backup of %s: %w", db.Where(), err)
	}
	return s, nil
}

// publish gives a file its name, if nothing has that name.
func publish(from, to string) error {
	err := os.Link(from, to)
	if err != nil && !errors.Is(err, os.ErrExist) { // a file system without links
		err = os.Rename(from, to)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	err = d.Sync()
	if runtime.GOOS == "windows" { // where folders cannot be synced
		err = nil
	}
	return errors.Join(err, d.Close())
}

func writeTo(ctx context.Context, db *database.DB, f *os.File, recipients []age.Recipient, known database.Migrations, progress func(TableSummary)) (s Summary, err error) {
	err = db.View(ctx, func(tx *database.Tx) error {
		if _, err := f.Seek(0, io.SeekStart); err != nil { // View may run this again
			return err
		}
		if err := f.Truncate(0); err != nil {
			return err
		}
		encrypted, err := age.Encrypt(f, recipients...)
		if err != nil {
			return err
		}
		compressed, err := zstd.NewWriter(encrypted, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		s, err = writeStream(tx, compressed, known, progress)
		return errors.Join(err, compressed.Close(), encrypted.Close())
	})
	return s, err
}

// writeStream writes all records as one transaction sees them.
func writeStream(tx *database.Tx, to io.Writer, known database.Migrations, progress func(TableSummary)) (s Summary, err error) {
	s = Summary{Made: time.Now().UTC().Truncate(time.Second), From: tx.Kind().String()}
	if s.History, err = tx.History(); err != nil {
		return s, fmt.Errorf("the database has no records of this program: %w", err)
	}
	names, err := expected(tx, known, s.History)
	if err != nil {
		return s, err
	}
	w, err := newFrameWriter(to)
	if err != nil {
		return s, err
	}
	if err := w.json(frameHead, head{s.Made.Format(time.RFC3339), s.From, s.History}); err != nil {
		return s, err
	}
	for _, name := range names {
		t, err := w.copyTable(tx, name)
		if err != nil {
			return s, fmt.Errorf("table %s: %w", name, err)
		}
		s.Tables, s.Rows = append(s.Tables, t), s.Rows+t.Rows
		if progress != nil {
			progress(t)
		}
	}
	s.Bytes = w.bytes
	return s, w.json(frameEnd, ending{s.Rows, sumOf(w.whole)})
}

// expected gives the tables, all of which can be made again by the migrations of
// their history.
func expected(tx *database.Tx, known database.Migrations, history []database.Applied) ([]string, error) {
	layout, err := known.Layout(tx.Context(), history)
	if err != nil {
		return nil, err
	}
	names, err := tx.Tables()
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == database.HistoryTable }) // is in the head
	for _, name := range names {
		columns, err := tx.Columns(name)
		if err != nil {
			return nil, err
		}
		switch want, made := layout[name]; {
		case !made:
			return nil, fmt.Errorf("table %s is of no migration, and could not be restored: drop it, or move it to another database", name)
		case !slices.Equal(columns, want):
			return nil, fmt.Errorf("table %s has the columns %v, and %v by its migrations: it was changed by hand", name, columns, want)
		}
		delete(layout, name)
	}
	for name := range layout {
		return nil, fmt.Errorf("table %s is missing, which a migration has made: it was dropped by hand", name)
	}
	return names, nil
}

func (w *frameWriter) copyTable(tx *database.Tx, name string) (t TableSummary, err error) {
	t.Name = name
	if t.Columns, err = tx.Columns(name); err != nil {
		return t, err
	}
	w.table = sha256.New()
	if err := w.json(frameTable, tableHead{t.Name, t.Columns}); err != nil {
		return t, err
	}
	if err := w.copyRows(tx, &t); err != nil {
		return t, err
	}
	t.SHA256 = sumOf(w.table)
	w.table = nil
	return t, w.json(frameTableEnd, ending{t.Rows, t.SHA256})
}

func (w *frameWriter) copyRows(tx *database.Tx, t *TableSummary) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = database.Quote(c.Name)
	}
	rows, err := tx.Query(`SELECT ` + strings.Join(names, ", ") + ` FROM ` + database.Quote(t.Name))
	if err != nil {
		return err
	}
	defer rows.Close()
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	var out []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if out, err = appendValue(out, t.Columns[i].Type, v); err != nil {
				return fmt.Errorf("row %d, column %s: %w", t.Rows+1, t.Columns[i].Name, err)
			}
		}
		if t.Rows++; len(out) >= rowsTarget {
			if err := w.frame(frameRows, out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	if len(out) > 0 {
		if err := w.frame(frameRows, out); err != nil {
			return err
		}
	}
	return rows.Err()
}
