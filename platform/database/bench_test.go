package database_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// BenchmarkReaders measures how long a reader takes for one row of 100,000, first
// alone and then beside a writer that never pauses, and tells the ratio: readers do
// not wait for writers. The writer holds its transaction open most of the time, so
// that waiting for it would show as milliseconds.
func BenchmarkReaders(b *testing.B) {
	for kind, where := range map[string]func(testing.TB) string{"sqlite": databases.SQLite, "postgres": databases.Postgres} {
		b.Run(kind, func(b *testing.B) {
			db := databases.Open(b, where(b))
			fillReaders(b, db)
			alone := readTimes(b, db, b.N)
			ctx, stop := context.WithCancel(b.Context())
			var wg sync.WaitGroup
			writes := 0
			wg.Go(func() {
				for ctx.Err() == nil {
					err := db.Update(ctx, func(tx *database.Tx) error {
						for range 20 {
							if _, err := tx.Exec(`UPDATE r SET n = n + 1 WHERE k = ?`, rand.IntN(100_000)); err != nil {
								return err
							}
							time.Sleep(time.Millisecond / 4)
						}
						return nil
					})
					if err == nil {
						writes++
					}
				}
			})
			beside := readTimes(b, db, b.N)
			stop()
			wg.Wait()
			b.ReportMetric(0, "ns/op")
			for name, q := range map[string]float64{"p50": 0.5, "p99": 0.99} {
				a, w := quantile(alone, q), quantile(beside, q)
				b.ReportMetric(float64(a.Microseconds()), name+"-alone-µs")
				b.ReportMetric(float64(w.Microseconds()), name+"-beside-writer-µs")
				b.ReportMetric(float64(w)/float64(a), name+"-ratio")
			}
			b.ReportMetric(float64(writes), "commits-meanwhile")
		})
	}
}

func fillReaders(b *testing.B, db *database.DB) {
	b.Helper()
	err := db.Update(b.Context(), func(tx *database.Tx) error {
		if _, err := tx.Exec(`CREATE TABLE r (k BIGINT PRIMARY KEY, n BIGINT NOT NULL, words TEXT NOT NULL)`); err != nil {
			return err
		}
		for from := 0; from < 100_000; from += 500 {
			var args []any
			for k := from; k < from+500; k++ {
				args = append(args, k, 0, "some words of a record")
			}
			if _, err := tx.Exec(`INSERT INTO r (k, n, words) VALUES (?, ?, ?)`+strings.Repeat(", (?, ?, ?)", 499), args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func readTimes(b *testing.B, db *database.DB, n int) []time.Duration {
	b.Helper()
	times := make([]time.Duration, 0, n)
	for range n {
		from := time.Now()
		var got int64
		err := db.View(b.Context(), func(tx *database.Tx) error {
			return tx.QueryRow(`SELECT n FROM r WHERE k = ?`, rand.IntN(100_000)).Scan(&got)
		})
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(from))
	}
	return times
}

func quantile(times []time.Duration, q float64) time.Duration {
	slices.Sort(times)
	return times[min(len(times)-1, int(q*float64(len(times))))]
}

// BenchmarkCommits measures small transactions one after another, each on the disk
// before the next begins.
func BenchmarkCommits(b *testing.B) {
	for kind, where := range map[string]func(testing.TB) string{"sqlite": databases.SQLite, "postgres": databases.Postgres} {
		b.Run(kind, func(b *testing.B) {
			db := databases.Open(b, where(b))
			err := db.Update(b.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`CREATE TABLE r (k BIGINT PRIMARY KEY, words TEXT NOT NULL)`)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
			k := 0
			for b.Loop() {
				k++
				err := db.Update(b.Context(), func(tx *database.Tx) error {
					_, err := tx.Exec(`INSERT INTO r VALUES (?, ?)`, k, "some words of a record")
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}
