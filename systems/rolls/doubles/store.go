package doubles

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/area"
	"intikhab/systems/rolls"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables of reports. Those of package rolls must be there too before a
// report is put.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "rolls/doubles", dir)
}

// Store keeps the report of the last search and the officers' findings on its pairs.
type Store struct {
	roll *rolls.Store
	now  func() time.Time
}

// NewStore makes a store of reports on a roll.
func NewStore(roll *rolls.Store, now func() time.Time) *Store { return &Store{roll, now} }

// Report searches the whole roll as one unchanging state of the database has it, and
// puts what it finds. After it returns, List gives the new report.
func (s *Store) Report(ctx context.Context, db *database.DB, settings Settings) (Run, error) {
	f := New(settings)
	err := s.roll.Walk(ctx, db, rolls.Scope{}, func(worker int, _ rolls.Block, entries []rolls.Entry) error {
		for i := range entries {
			r := Of(&entries[i])
			f.Add(worker, &r)
		}
		return nil
	})
	if err != nil {
		return Run{}, err
	}
	pairs, figures, err := f.Find(ctx)
	if err != nil {
		return Run{}, err
	}
	var run Run
	err = db.Update(ctx, func(tx *database.Tx) error {
		run, err = s.Put(tx, settings, pairs, figures)
		return err
	})
	return run, err
}

// Run is a search of the whole roll.
type Run struct {
	Number    int64
	At        time.Time
	Threshold float64
	Reported  int
	Figures
}

// ErrNoRun says that the roll was never searched for doubles.
var ErrNoRun = errors.New("the roll was not yet searched for doubles")

// Last gives the last run, or ErrNoRun.
func (s *Store) Last(tx *database.Tx) (r Run, err error) {
	var at database.Time
	var threshold int64
	err = tx.QueryRow(`SELECT number, at, voters, compared, passed, found, reported, threshold FROM doubles_run ORDER BY number DESC LIMIT 1`).
		Scan(&r.Number, &at, &r.Voters, &r.Compared, &r.Passed, &r.Found, &r.Reported, &threshold)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNoRun
	}
	r.At, r.Threshold = at.Time, float64(threshold)/100
	return r, err
}

// Put makes a report the current one. Pairs of the last one that nobody has a finding on go;
// findings stay, and a pair found again is not asked about again.
func (s *Store) Put(tx *database.Tx, settings Settings, pairs []Pair, f Figures) (Run, error) {
	last, err := s.Last(tx)
	if err != nil && !errors.Is(err, ErrNoRun) {
		return Run{}, err
	}
	r := Run{Number: last.Number + 1, At: s.now().UTC().Truncate(time.Microsecond), Threshold: settings.Threshold, Reported: len(pairs), Figures: f}
	_, err = tx.Exec(`INSERT INTO doubles_run (number, at, voters, compared, passed, found, reported, threshold) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Number, database.Time{Time: r.At}, r.Voters, r.Compared, r.Passed, r.Found, r.Reported, hundredths(r.Threshold))
	if err != nil {
		return r, err
	}
	for _, old := range []string{
		`DELETE FROM doubles_area WHERE EXISTS (SELECT 1 FROM doubles_pair p WHERE p.a = doubles_area.a AND p.b = doubles_area.b AND p.finding = '')`,
		`DELETE FROM doubles_pair WHERE finding = ''`,
	} {
		if _, err := tx.Exec(old); err != nil {
			return r, err
		}
	}
	known, err := s.decided(tx)
	if err != nil {
		return r, err
	}
	fresh := make([]Pair, 0, len(pairs))
	for _, p := range pairs {
		if !known[[2]rolls.VoterID{p.A, p.B}] {
			fresh = append(fresh, p)
			continue
		}
		if _, err := tx.Exec(`UPDATE doubles_pair SET score = ?, reasons = ?, run = ? WHERE a = ? AND b = ?`,
			hundredths(p.Score), encode(p.Reasons), r.Number, int64(p.A), int64(p.B)); err != nil {
			return r, err
		}
	}
	return r, s.insert(tx, r.Number, fresh)
}

// decided are the pairs on which there is a finding.
func (s *Store) decided(tx *database.Tx) (map[[2]rolls.VoterID]bool, error) {
	rows, err := tx.Query(`SELECT a, b FROM doubles_pair`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[[2]rolls.VoterID]bool{}
	for rows.Next() {
		var k [2]rolls.VoterID
		if err := rows.Scan(&k[0], &k[1]); err != nil {
			return nil, err
		}
		known[k] = true
	}
	return known, rows.Err()
}

func (s *Store) insert(tx *database.Tx, run int64, pairs []Pair) error {
	if len(pairs) == 0 {
		return nil
	}
	blocks, err := s.roll.Blocks(tx, rolls.Scope{})
	if err != nil {
		return err
	}
	areas := make(map[geography.BlockCode][]area.Area, len(blocks))
	for i := range blocks {
		areas[blocks[i].Code] = blocks[i].Areas()
	}
	columns := []string{"a", "b", "block_a", "block_b", "score", "reasons", "run", "finding", "reason", "officer", "office", "at", "version"}
	_, err = tx.Bulk("doubles_pair", columns, each(pairs, func(p *Pair, yield func(...any) bool) bool {
		return yield(int64(p.A), int64(p.B), int64(p.Blocks[0]), int64(p.Blocks[1]), hundredths(p.Score), encode(p.Reasons), run, "", "", "", "", "", int64(1))
	}))
	if err != nil {
		return err
	}
	_, err = tx.Bulk("doubles_area", []string{"area", "a", "b"}, each(pairs, func(p *Pair, yield func(...any) bool) bool {
		var of []area.Area
		for _, block := range p.Blocks {
			for _, a := range areas[block] {
				if slices.Contains(of, a) {
					continue
				}
				of = append(of, a)
				if !yield(a.String(), int64(p.A), int64(p.B)) {
					return false
				}
			}
		}
		return true
	}))
	return err
}

// each makes rows of pairs, for Bulk.
func each(pairs []Pair, rows func(p *Pair, yield func(...any) bool) bool) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for i := range pairs {
			if !rows(&pairs[i], func(row ...any) bool { return yield(row, nil) }) {
				return
			}
		}
	}
}

func hundredths(bits float64) int64 { return int64(math.Round(bits * 100)) }

// encode writes reasons as "name=same:12.4;born=year off:9".
func encode(reasons []Reason) string {
	var text strings.Builder
	for i, r := range reasons {
		if i > 0 {
			text.WriteByte(';')
		}
		fmt.Fprintf(&text, "%s=%s:%s", r.Field, r.How, strconv.FormatFloat(r.Bits, 'g', -1, 64))
	}
	return text.String()
}

func decode(text string) (reasons []Reason, err error) {
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.Split(text, ";") {
		field, rest, ok := strings.Cut(part, "=")
		how, bits, ok2 := strings.Cut(rest, ":")
		n, err := strconv.ParseFloat(bits, 64)
		if !ok || !ok2 || err != nil {
			return nil, fmt.Errorf("reason %q of a pair of doubles: want field=how:bits", part)
		}
		reasons = append(reasons, Reason{field, how, n})
	}
	return reasons, nil
}
