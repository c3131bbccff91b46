package database_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

const allTypes = `CREATE TABLE v (k BIGINT NOT NULL PRIMARY KEY, n BIGINT, t TEXT, b BLOB, r REAL)`

var allColumns = []string{"k", "n", "t", "b", "r"}

// each gives rows, and then the error if there is one.
func each(rows [][]any, err error) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// TestBulk: rows of any number and size are there after Bulk as after Exec, on both
// databases, though the caller uses its slices again.
func TestBulk(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		setUp(t, db, allTypes)
		rapid.Check(t, func(r *rapid.T) {
			n := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(200, 420)).Draw(r, "rows")
			text := rapid.StringOf(rapid.RuneFrom([]rune("aZ 'اردو😀?$\n\"\\")))
			size := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(0, 300), rapid.IntRange(0, 90_000))
			rows := make([][]any, n)
			for k := range rows {
				row := []any{int64(k), nil, nil, nil, nil}
				if rapid.Bool().Draw(r, "values") {
					row[1], row[2], row[4] = rapid.Int64().Draw(r, "n"), text.Draw(r, "t"), rapid.Float64Range(-1e300, 1e300).Draw(r, "r")
				}
				if k%50 == 0 {
					row[3] = bytes.Repeat([]byte{byte(k), 0xff, 0}, size.Draw(r, "size")/3)
				} else {
					row[3] = []byte(fmt.Sprint(k))
				}
				rows[k] = row
			}
			again := func(yield func([]any, error) bool) {
				row, b := make([]any, 5), []byte{}
				for _, want := range rows {
					copy(row, want)
					b = append(b[:0], want[3].([]byte)...)
					row[3] = b
					if !yield(row, nil) {
						return
					}
					for i := range b {
						b[i] = 0xee
					}
				}
			}
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				if _, err := tx.Exec(`DELETE FROM v`); err != nil {
					return err
				}
				got, err := tx.Bulk("v", allColumns, again)
				if err != nil || got != int64(n) {
					return fmt.Errorf("%d rows, %w", got, err)
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
			at := 0
			err = db.View(t.Context(), func(tx *database.Tx) error {
				at = 0
				return tx.Scan(`SELECT k, n, t, b, r FROM v WHERE k >= ? ORDER BY k`, []any{0}, func(row *database.Row) error {
					want := rows[at]
					at++
					if row.Int64(0) != want[0] || !bytes.Equal(row.Bytes(3), want[3].([]byte)) || row.Null(1) != (want[1] == nil) || row.Null(2) != (want[2] == nil) {
						return fmt.Errorf("row %d is not as it was put", at)
					}
					if want[1] != nil && (row.Int64(1) != want[1] || row.Text(2) != want[2] || row.Float64(4) != want[4]) {
						return fmt.Errorf("row %d is %d %q %g, put %v", at, row.Int64(1), row.Text(2), row.Float64(4), want)
					}
					return nil
				})
			})
			if err != nil || at != n {
				r.Fatalf("%d rows read of %d: %v", at, n, err)
			}
		})
	})
}

// TestBulkConverts: what Exec takes Bulk takes too.
func TestBulkConverts(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		setUp(t, db, allTypes)
		at := time.Date(2027, 1, 5, 15, 0, 0, 123456789, time.FixedZone("PKT", 5*3600))
		rows := [][]any{
			{1, true, database.Time{Time: at}, nil, 3},
			{uint32(2), false, at, []byte(nil), float32(0.5)},
			{int8(3), nil, database.Time{}, []byte{}, math.Inf(1)},
		}
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Bulk("v", allColumns, each(rows, nil))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got := column(t, db, `SELECT CAST(n AS TEXT) FROM v WHERE n IS NOT NULL ORDER BY k`) +
			column(t, db, `SELECT t FROM v WHERE t IS NOT NULL ORDER BY k`) + column(t, db, `SELECT CAST(count(b) AS TEXT) FROM v`)
		const stamp = "2027-01-05T10:00:00.123456Z"
		if strings.Join(strings.Fields(got), "") != "10"+stamp+stamp+"1" {
			t.Errorf("got %q", got)
		}
	})
}

// TestBulkFails: whatever goes wrong, the transaction keeps nothing, even if its
// function does not mind the error; and the database goes on.
func TestBulkFails(t *testing.T) {
	own := errors.New("the caller's own, about 3520112345671")
	good := func(from, to int64) (rows [][]any) {
		for k := from; k < to; k++ {
			rows = append(rows, []any{k, k, "t", []byte{1}, 1.5})
		}
		return rows
	}
	with := func(row ...any) [][]any { return append(good(0, 1000), row) }
	cases := map[string]struct {
		table   string
		columns []string
		rows    iter.Seq2[[]any, error]
		want    func(error) bool
	}{
		"own error":        {"v", allColumns, each(good(0, 1000), own), func(err error) bool { return errors.Is(err, own) }},
		"own error first":  {"v", allColumns, each(nil, own), func(err error) bool { return errors.Is(err, own) }},
		"key twice":        {"v", allColumns, each(with(int64(7), nil, nil, nil, nil), nil), database.IsDuplicate},
		"key twice early":  {"v", allColumns, each(slices.Concat(good(0, 2), good(1, 40_000)), nil), database.IsDuplicate},
		"key there before": {"v", allColumns, each(good(-1, 0), nil), database.IsDuplicate},
		"unique":           {"u", []string{"k"}, each([][]any{{1}, {2}, {1}}, nil), database.IsDuplicate},
		"too short":        {"v", allColumns, each(with(int64(2000)), nil), telling("row 1001", "1 values and not 5")},
		"text as number":   {"v", allColumns, each(with(int64(2000), "1", nil, nil, nil), nil), telling("column n is BIGINT and takes no string")},
		"number as text":   {"v", allColumns, each(with(int64(2000), 1, int64(5), nil, nil), nil), telling("column t is TEXT and takes no int64")},
		"bytes as text":    {"v", allColumns, each(with(int64(2000), 1, []byte("x"), nil, nil), nil), telling("takes no []uint8")},
		"not UTF-8":        {"v", allColumns, each(with(int64(2000), 1, "\xff", nil, nil), nil), telling("not UTF-8")},
		"zero byte":        {"v", allColumns, each(with(int64(2000), 1, "a\x00", nil, nil), nil), telling("zero byte")},
		"null":             {"v", allColumns, each(with(nil, 1, "a", nil, nil), nil), func(err error) bool { return err != nil && !database.IsDuplicate(err) }},
		"no such table":    {"w", allColumns, each(good(0, 1), nil), telling("no such table")},
		"no such column":   {"v", []string{"k", "x"}, each(good(0, 1), nil), telling("no column x")},
		"no columns":       {"v", nil, each(nil, nil), telling("no columns")},
	}
	databases.Each(t, func(t *testing.T, db *database.DB) {
		setUp(t, db, allTypes, `CREATE TABLE u (k BIGINT); CREATE UNIQUE INDEX u_k ON u (k)`)
		run(t, db, `INSERT INTO v (k) VALUES (-1)`)
		for name, c := range cases {
			var inner error
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				_, inner = tx.Bulk(c.table, c.columns, c.rows)
				return nil
			})
			if err == nil || !c.want(inner) || !c.want(err) {
				t.Errorf("%s: %v, %v", name, err, inner)
			}
			if n := number(t, db, `SELECT count(*) FROM v`); n != 1 {
				t.Errorf("%s: %d rows stay", name, n)
			}
		}
		// A panic of the caller's, out of the middle of the rows.
		func() {
			defer func() {
				if recover() != own {
					t.Error("the panic is gone")
				}
			}()
			db.Update(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Bulk("v", allColumns, func(yield func([]any, error) bool) {
					for _, row := range good(0, 5000) {
						yield(row, nil)
					}
					panic(own)
				})
				return err
			})
		}()
		// The context ends while rows come.
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Update(ctx, func(tx *database.Tx) error {
			_, err := tx.Bulk("v", allColumns, func(yield func([]any, error) bool) {
				row := good(0, 1)[0]
				for i := range int64(1_000_000) {
					if i == 1000 {
						cancel()
					}
					if row[0] = i; !yield(row, nil) {
						return
					}
				}
				t.Error("rows were asked for to the last after the context had ended")
			})
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the context has ended: %v", err)
		}
		if n := number(t, db, `SELECT count(*) FROM v`); n != 1 {
			t.Errorf("%d rows stay", n)
		}
	})
}

func telling(words ...string) func(error) bool {
	return func(err error) bool {
		return err != nil && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(err.Error(), w) })
	}
}

// TestBusy: in the middle of Bulk or Scan the transaction takes no other statement,
// says so at once, and takes them again afterwards; a View of the same database is
// free.
func TestBusy(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		setUp(t, db, allTypes)
		run(t, db, `INSERT INTO v (k) VALUES (-1)`, `INSERT INTO v (k) VALUES (-2)`)
		statements := map[string]func(tx *database.Tx, s *database.Stmt) error{
			"Exec":     func(tx *database.Tx, _ *database.Stmt) error { _, err := tx.Exec(`DELETE FROM v`); return err },
			"Query":    func(tx *database.Tx, _ *database.Stmt) error { _, err := tx.Query(`SELECT 1`); return err },
			"QueryRow": func(tx *database.Tx, _ *database.Stmt) error { return tx.QueryRow(`SELECT 1`).Scan(new(int64)) },
			"Prepare":  func(tx *database.Tx, _ *database.Stmt) error { _, err := tx.Prepare(`SELECT 1`); return err },
			"Stmt":     func(tx *database.Tx, s *database.Stmt) error { _, err := s.Exec(5); return err },
			"StmtContext": func(tx *database.Tx, s *database.Stmt) error {
				_, err := s.ExecContext(t.Context(), 5)
				return err
			},
			"Scan": func(tx *database.Tx, _ *database.Stmt) error {
				return tx.Scan(`SELECT 1`, nil, func(*database.Row) error { return nil })
			},
			"Bulk": func(tx *database.Tx, _ *database.Stmt) error {
				_, err := tx.Bulk("v", allColumns, each(nil, nil))
				return err
			},
		}
		for name, statement := range statements {
			db.Update(t.Context(), func(tx *database.Tx) error {
				s, err := tx.Prepare(`INSERT INTO v (k) VALUES (?)`)
				if err != nil {
					t.Fatal(err)
				}
				err = tx.Scan(`SELECT k FROM v`, nil, func(*database.Row) error {
					if n := number(t, db, `SELECT count(*) FROM v`); n != 2 {
						t.Errorf("a View sees %d rows", n)
					}
					return statement(tx, s)
				})
				if !telling("under way")(err) {
					t.Errorf("%s in Scan: %v", name, err)
				}
				return errors.New("enough")
			})
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				s, err := tx.Prepare(`INSERT INTO v (k) VALUES (?)`)
				if err != nil {
					t.Fatal(err)
				}
				_, err = tx.Bulk("v", allColumns, func(yield func([]any, error) bool) {
					yield(nil, statement(tx, s))
				})
				return err
			})
			if !telling("under way")(err) {
				t.Errorf("%s in Bulk: %v", name, err)
			}
		}
		// An error of Scan's function is no statement's, and the work goes on.
		stop := errors.New("seen enough")
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			if err := tx.Scan(`SELECT k FROM v ORDER BY k`, nil, func(r *database.Row) error { return stop }); err != stop {
				t.Errorf("stopped: %v", err)
			}
			if _, err := tx.Bulk("v", []string{"k"}, each([][]any{{10}, {11}}, nil)); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO v (k) VALUES (12)`)
			return err
		})
		if n := number(t, db, `SELECT count(*) FROM v`); err != nil || n != 5 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

// TestScanRefuses: a value of another type is an error, not a zero.
func TestScanRefuses(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		setUp(t, db, allTypes)
		run(t, db, `INSERT INTO v (k, n, t, r) VALUES (1, 5, 'x', 0.5)`)
		for name, f := range map[string]func(r *database.Row){
			"text as number": func(r *database.Row) { r.Int64(2) }, "number as text": func(r *database.Row) { r.Text(1) },
			"number as bytes": func(r *database.Row) { r.Bytes(1) }, "text as float": func(r *database.Row) { r.Float64(2) },
			"NULL as bytes": func(r *database.Row) { r.Bytes(3) }, "float as number": func(r *database.Row) { r.Int64(4) },
			"text as instant": func(r *database.Row) { r.Time(2) },
		} {
			err := db.View(t.Context(), func(tx *database.Tx) error {
				return tx.Scan(`SELECT k, n, t, b, r FROM v`, nil, func(r *database.Row) error { f(r); return nil })
			})
			if !telling("of the row is")(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := db.View(t.Context(), func(tx *database.Tx) error {
			return tx.Scan(`SELECT nothing FROM v`, nil, func(*database.Row) error { return nil })
		})
		if err == nil {
			t.Error("a wrong query has no error")
		}
		err = db.View(t.Context(), func(tx *database.Tx) error {
			return tx.Scan(`SELECT count(*), max(t), '`+"2027-01-05T10:00:00.123456Z"+`', CAST(sum(n) AS BIGINT) FROM v WHERE t = ?`, []any{"x"}, func(r *database.Row) error {
				if r.Int64(0) != 1 || r.Text(1) != "x" || r.Time(2).Nanosecond() != 123456000 || r.Int64(3) != 5 {
					t.Error("another row")
				}
				return nil
			})
		})
		if err != nil {
			t.Error(err)
		}
	})
}
