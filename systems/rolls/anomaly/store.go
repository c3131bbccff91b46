package anomaly

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"sync/atomic"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/words"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "rolls/anomaly", dir)
}

// Run is one pass over the whole roll.
type Run struct {
	Number   int64
	At       time.Time
	Voters   int64
	Blocks   int64
	Took     time.Duration
	Settings Settings
	Counts   map[Kind]int64 // what was found, with what is beyond Settings.Most
}

var (
	// ErrNoRun says that there was no pass yet.
	ErrNoRun = errors.New("the roll was not yet passed over for anomalies")
	// ErrMissing says that nothing of that name was found.
	ErrMissing = errors.New("there is no such anomaly")
	// ErrChanged says that another officer has written a finding meanwhile.
	ErrChanged = errors.New("another officer has written a finding meanwhile: look at it again")
)

// Last gives the last run, or ErrNoRun.
func (s *Store) Last(tx *database.Tx) (r Run, err error) {
	var at database.Time
	var took int64
	var settings, counts string
	err = tx.QueryRow(`SELECT number, at, voters, blocks, took, settings, counts FROM anomaly_run ORDER BY number DESC LIMIT 1`).
		Scan(&r.Number, &at, &r.Voters, &r.Blocks, &took, &settings, &counts)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNoRun
	}
	if err != nil {
		return r, err
	}
	r.At, r.Took = at.Time, time.Duration(took)*time.Microsecond
	return r, errors.Join(json.Unmarshal([]byte(settings), &r.Settings), json.Unmarshal([]byte(counts), &r.Counts))
}

// Due tells whether a run is to be made now: since the night's hour in Pakistan has come
// and none was made since, or since an officer has asked for one.
func (s *Store) Due(tx *database.Tx, now time.Time, hour int) (bool, error) {
	last, err := s.Last(tx)
	if err != nil && !errors.Is(err, ErrNoRun) {
		return false, err
	}
	local := now.In(words.Zone)
	night := time.Date(local.Year(), local.Month(), local.Day(), hour, 0, 0, 0, words.Zone)
	if night.After(now) {
		night = night.AddDate(0, 0, -1)
	}
	if last.At.Before(night) {
		return true, nil
	}
	return s.Wished(tx)
}

// Wished tells whether an officer has asked for a run that was not made yet.
func (s *Store) Wished(tx *database.Tx) (bool, error) {
	var n int64
	err := tx.QueryRow(`SELECT COUNT(*) FROM anomaly_wish`).Scan(&n)
	return n > 0, err
}

// put writes a run down in the place of the last one.
func (s *Store) put(tx *database.Tx, r *Run, blocks []placed, items []Item, areas map[string]*AreaFigures) error {
	last, err := s.Last(tx)
	if err != nil && !errors.Is(err, ErrNoRun) {
		return err
	}
	r.Number = last.Number + 1
	settings, err := json.Marshal(r.Settings)
	if err != nil {
		return err
	}
	counts, err := json.Marshal(r.Counts)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO anomaly_run (number, at, voters, blocks, took, settings, counts) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		r.Number, database.Time{Time: r.At}, r.Voters, r.Blocks, r.Took.Microseconds(), string(settings), string(counts)); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM anomaly_wish WHERE at <= ?`, database.Time{Time: r.At}); err != nil {
		return err
	}
	if err := s.putItems(tx, r, items); err != nil {
		return err
	}
	return putFigures(tx, blocks, areas)
}

type key struct {
	kind Kind
	id   string
}

// putItems keeps, of what the last run found, since when it is known, and what has a finding.
func (s *Store) putItems(tx *database.Tx, r *Run, items []Item) error {
	since, decided := map[key]string{}, map[key]bool{}
	err := tx.Scan(`SELECT kind, id, since, finding FROM anomaly_item`, nil, func(row *database.Row) error {
		k := key{Kind(row.Text(0)), row.Text(1)}
		since[k] = row.Text(2)
		if row.Text(3) != "" {
			decided[k] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM anomaly_item WHERE finding = ''`); err != nil {
		return err
	}
	columns := []string{"kind", "id", "block", "district", "tehsil", "na", "pa", "measure", "beside", "basis", "since", "run", "finding", "reason", "officer", "office", "at", "version"}
	_, err = tx.Bulk("anomaly_item", columns, func(yield func([]any, error) bool) {
		for i := range items {
			it := &items[i]
			k := key{it.Kind, it.ID}
			if decided[k] {
				continue
			}
			at, ok := since[k]
			if !ok {
				at = timeText(r.At)
			}
			if !yield([]any{string(it.Kind), it.ID, int64(it.Block), it.District, it.Tehsil, string(it.NA), string(it.PA), it.Measure, it.Beside, it.Basis, at, r.Number, "", "", "", "", "", int64(1)}, nil) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		if !decided[key{it.Kind, it.ID}] {
			continue
		}
		if _, err := tx.Exec(`UPDATE anomaly_item SET block = ?, district = ?, tehsil = ?, na = ?, pa = ?, measure = ?, beside = ?, basis = ?, run = ? WHERE kind = ? AND id = ?`,
			int64(it.Block), it.District, it.Tehsil, string(it.NA), string(it.PA), it.Measure, it.Beside, it.Basis, r.Number, string(it.Kind), it.ID); err != nil {
			return err
		}
	}
	return nil
}

// timeText is an instant as records have it.
func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func putFigures(tx *database.Tx, blocks []placed, areas map[string]*AreaFigures) error {
	for _, table := range []string{"anomaly_block", "anomaly_area"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	if _, err := tx.Bulk("anomaly_block", []string{"code", "men", "women", "x", "fresh", "households", "largest", "bands"}, eachBlock(blocks)); err != nil {
		return err
	}
	_, err := tx.Bulk("anomaly_area", []string{"area", "blocks", "men", "women", "x", "fresh"}, func(yield func([]any, error) bool) {
		for _, key := range keysOf(areas) {
			a := areas[key]
			if !yield([]any{key, a.Blocks, a.Voters[geography.Male], a.Voters[geography.Female], a.Voters[geography.X], a.Fresh}, nil) {
				return
			}
		}
	})
	return err
}

func eachBlock(blocks []placed) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for i := range blocks {
			f := &blocks[i]
			bands, err := json.Marshal(f.Ages)
			if !yield([]any{int64(f.Code), f.Voters[geography.Male], f.Voters[geography.Female], f.Voters[geography.X], f.Fresh, f.Households, f.Largest, string(bands)}, err) {
				return
			}
		}
	}
}

// Block gives a block's figures as of the last run, or ErrMissing.
func (s *Store) Block(tx *database.Tx, code geography.BlockCode) (f BlockFigures, err error) {
	f.Code = code
	var bands string
	err = tx.QueryRow(`SELECT men, women, x, fresh, households, largest, bands FROM anomaly_block WHERE code = ?`, int64(code)).
		Scan(&f.Voters[geography.Male], &f.Voters[geography.Female], &f.Voters[geography.X], &f.Fresh, &f.Households, &f.Largest, &bands)
	if errors.Is(err, sql.ErrNoRows) {
		return f, ErrMissing
	}
	if err == nil {
		err = json.Unmarshal([]byte(bands), &f.Ages)
	}
	if err != nil {
		err = fmt.Errorf("figures of block %v: %w", code, err)
	}
	return f, err
}

// Area gives the figures of a district or constituency as of the last run, or ErrMissing.
func (s *Store) Area(tx *database.Tx, key string) (f AreaFigures, err error) {
	err = tx.QueryRow(`SELECT blocks, men, women, x, fresh FROM anomaly_area WHERE area = ?`, key).
		Scan(&f.Blocks, &f.Voters[geography.Male], &f.Voters[geography.Female], &f.Voters[geography.X], &f.Fresh)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrMissing
	}
	return f, err
}

// told counts blocks for a progress function.
type told struct {
	n atomic.Int64
	f func(int64)
}

func newTold(f func(int64)) *told { return &told{f: f} }

func (t *told) one() {
	if n := t.n.Add(1); t.f != nil {
		t.f(n)
	}
}
