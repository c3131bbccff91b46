package database_test

import (
	"encoding/binary"
	"iter"
	"os"
	"strconv"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// benchTable is like that of an electoral roll: three keys, a blind index and a
// sealed value among nine columns.
const benchTable = `CREATE TABLE b (id BIGINT PRIMARY KEY, block BIGINT NOT NULL, list BIGINT NOT NULL, serial BIGINT NOT NULL,
	standing BIGINT NOT NULL, entered TEXT NOT NULL, cause TEXT NOT NULL, found BLOB NOT NULL, sealed BLOB NOT NULL)`

var benchColumns = []string{"id", "block", "list", "serial", "standing", "entered", "cause", "found", "sealed"}

// benchRows gives rows from..to, all in the same slices.
func benchRows(from, to int64) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		found, sealed := make([]byte, 20), make([]byte, 240)
		row := make([]any, len(benchColumns))
		for id := from; id < to; id++ {
			for i := 0; i < len(found); i += 4 {
				binary.BigEndian.PutUint32(found[i:], uint32(id)*2654435761+uint32(i))
			}
			for i := 0; i < len(sealed); i += 8 {
				binary.BigEndian.PutUint64(sealed[i:], uint64(id)*11400714819323198485+uint64(i))
			}
			row[0], row[1], row[2], row[3], row[4] = id, 100_000_000+id/900, id%2, id%900, int64(0)
			row[5], row[6], row[7], row[8] = "2027-01-05T10:00:00.000000Z", "feed:17", found, sealed
			if !yield(row, nil) {
				return
			}
		}
	}
}

// benchCount is how many rows the benchmarks of many rows have.
func benchCount(b *testing.B) int64 {
	if n, err := strconv.ParseInt(os.Getenv("INTIKHAB_BENCH_ROWS"), 10, 64); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkBulk measures how many rows go in a second, by Bulk and one by one by
// Exec, in transactions of 50,000, into an empty table each.
func BenchmarkBulk(b *testing.B) {
	const together = 50_000
	ways := map[string]func(tx *database.Tx, from, to int64) error{
		"bulk": func(tx *database.Tx, from, to int64) error {
			_, err := tx.Bulk("b", benchColumns, benchRows(from, to))
			return err
		},
		"exec": func(tx *database.Tx, from, to int64) error {
			for row := range benchRows(from, to) {
				if _, err := tx.Exec(`INSERT INTO b (id, block, list, serial, standing, entered, cause, found, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, row...); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for kind, where := range map[string]func(testing.TB) string{"sqlite": databases.SQLite, "postgres": databases.Postgres} {
		b.Run(kind, func(b *testing.B) {
			rate := map[string]float64{}
			for _, way := range []string{"exec", "bulk"} {
				db := databases.Open(b, where(b))
				setUp(b, db, benchTable)
				n := benchCount(b)
				if way == "exec" {
					n /= 5
				}
				began := time.Now()
				for from := int64(0); from < n; from += together {
					err := db.Update(b.Context(), func(tx *database.Tx) error { return ways[way](tx, from, min(from+together, n)) })
					if err != nil {
						b.Fatal(err)
					}
				}
				rate[way] = float64(n) / time.Since(began).Seconds()
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(rate["bulk"], "bulk-rows/s")
			b.ReportMetric(rate["exec"], "exec-rows/s")
			b.ReportMetric(rate["bulk"]/rate["exec"], "times")
		})
	}
}

func setUp(t testing.TB, db *database.DB, statements ...string) {
	t.Helper()
	err := db.Migrate(t.Context(), "x", files(statements...))
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkScan measures how many rows come out in a second, six columns of each, by
// Scan and by Query.
func BenchmarkScan(b *testing.B) {
	const query = `SELECT id, block, serial, entered, found, sealed FROM b`
	ways := map[string]func(tx *database.Tx) (n, sum int64, err error){
		"scan": func(tx *database.Tx) (n, sum int64, err error) {
			err = tx.Scan(query, nil, func(r *database.Row) error {
				n++
				sum += r.Int64(0) + r.Int64(1) + r.Int64(2) + int64(len(r.Text(3))+len(r.Bytes(4))+len(r.Bytes(5)))
				return nil
			})
			return n, sum, err
		},
		"query": func(tx *database.Tx) (n, sum int64, err error) {
			rows, err := tx.Query(query)
			if err != nil {
				return 0, 0, err
			}
			defer rows.Close()
			for rows.Next() {
				var id, block, serial int64
				var entered string
				var found, sealed []byte
				if err := rows.Scan(&id, &block, &serial, &entered, &found, &sealed); err != nil {
					return 0, 0, err
				}
				n++
				sum += id + block + serial + int64(len(entered)+len(found)+len(sealed))
			}
			return n, sum, rows.Err()
		},
	}
	for kind, where := range map[string]func(testing.TB) string{"sqlite": databases.SQLite, "postgres": databases.Postgres} {
		b.Run(kind, func(b *testing.B) {
			db := databases.Open(b, where(b))
			setUp(b, db, benchTable)
			n := benchCount(b)
			for from := int64(0); from < n; from += 50_000 {
				err := db.Update(b.Context(), func(tx *database.Tx) error {
					_, err := tx.Bulk("b", benchColumns, benchRows(from, min(from+50_000, n)))
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			rate, sums := map[string]float64{}, map[string]int64{}
			for _, way := range []string{"query", "scan"} {
				began := time.Now()
				err := db.View(b.Context(), func(tx *database.Tx) (err error) {
					var got int64
					if got, sums[way], err = ways[way](tx); err == nil && got != n {
						b.Errorf("%d rows of %d", got, n)
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				rate[way] = float64(n) / time.Since(began).Seconds()
			}
			if sums["scan"] != sums["query"] {
				b.Error("the two ways have read different rows")
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(rate["scan"], "scan-rows/s")
			b.ReportMetric(rate["query"], "query-rows/s")
			b.ReportMetric(rate["scan"]/rate["query"], "times")
		})
	}
}
