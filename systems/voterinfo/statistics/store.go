package statistics

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"intikhab/platform/database"
)

//go:embed migrations
var files embed.FS

// batch is how many sums one transaction writes, so that other writers get their
// turn.
const batch = 4096

type store interface {
	Update(ctx context.Context, f func(*database.Tx) error) error
	View(ctx context.Context, f func(*database.Tx) error) error
}

// genders are what a cell's gender means.
var genders = [1 << genderBits]string{"", "M", "F", "X"}

// New gives a book that ends with the process: it counts, but has no past.
func New(codes Codes) *Book {
	b := &Book{codes: codes, total: map[cell]uint64{}, pending: map[cell]uint64{}}
	b.districts.init(districtBits)
	b.operators.init(operatorBits)
	return b
}

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "voterinfo/statistics", dir)
}

// Open gives the book that db keeps.
func Open(ctx context.Context, db *database.DB, codes Codes) (*Book, error) {
	if err := Migrate(ctx, db); err != nil {
		return nil, err
	}
	b := New(codes)
	b.store = db
	return b, nil
}

// Flush writes what has been counted. When it returns nil, the database has every
// question counted before the call; otherwise a later Flush writes what is
// missing, once.
func (b *Book) Flush(ctx context.Context) error {
	b.flushing.Lock()
	defer b.flushing.Unlock()
	b.drain()
	for len(b.pending) > 0 {
		written := make([]cell, 0, min(batch, len(b.pending)))
		for c := range b.pending {
			if written = append(written, c); len(written) == batch {
				break
			}
		}
		err := b.store.Update(ctx, func(tx *database.Tx) error { return b.write(ctx, tx, written) })
		if err != nil {
			return fmt.Errorf("statistics: %d sums not yet written: %w", len(b.pending), err)
		}
		for _, c := range written {
			delete(b.pending, c)
		}
	}
	return nil
}

func (b *Book) write(ctx context.Context, tx *database.Tx, cells []cell) error {
	add, err := tx.Prepare(`INSERT INTO questions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (day, hour, district, gender, channel, operator, language, outcome)
		DO UPDATE SET questions = questions.questions + excluded.questions`)
	if err != nil {
		return err
	}
	defer add.Close()
	for _, c := range cells {
		hour := c.field(hourAt, hourBits)
		_, err := add.ExecContext(ctx,
			time.Unix(int64(hour)*3600, 0).UTC().Format(time.DateOnly), hour%24,
			b.districts.name(c.field(districtAt, districtBits)),
			genders[c.field(genderAt, genderBits)],
			b.channel(c), b.operator(c), b.language(c), b.outcome(c), int64(b.pending[c]))
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) channel(c cell) string {
	return nameAt(b.codes.Channels, c.field(channelAt, channelBits))
}
func (b *Book) operator(c cell) string { return b.operators.name(c.field(operatorAt, operatorBits)) }
func (b *Book) language(c cell) string {
	return nameAt(b.codes.Languages, c.field(languageAt, languageBits))
}
func (b *Book) outcome(c cell) string { return nameAt(b.codes.Outcomes, c.field(0, outcomeBits)) }

func nameAt(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return ""
}

// Sum is how many questions since the start had these four in common.
type Sum struct {
	Channel, Operator, Language, Outcome string
	Questions                            uint64
}

// Status is the state of the book for the operator's console.
type Status struct {
	Sums    []Sum
	Waiting int    // sums not yet in the database
	Folded  uint64 // questions that lost district and gender while the database failed
	Lost    uint64 // questions not counted at all: the database has failed for months
}

// Status tells the sums since the start. It does not ask the database.
func (b *Book) Status() Status {
	b.flushing.Lock()
	defer b.flushing.Unlock()
	b.drain()
	st := Status{Waiting: len(b.pending), Folded: b.folded, Lost: b.lost.Load()}
	for c, n := range b.total {
		st.Sums = append(st.Sums, Sum{b.channel(c), b.operator(c), b.language(c), b.outcome(c), n})
	}
	return st
}
