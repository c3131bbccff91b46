package database_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

func TestCommittedSurvives(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		db := databases.Open(t, where)
		if err := db.Migrate(t.Context(), "x", files(`CREATE TABLE t (n BIGINT NOT NULL)`)); err != nil {
			t.Fatal(err)
		}
		refused := errors.New("no")
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			tx.Exec(`INSERT INTO t VALUES (100)`)
			return refused
		})
		if err != refused {
			t.Errorf("Update = %v, want the function's error", err)
		}
		var wg sync.WaitGroup
		for range 8 { // writers take turns, and do not fail with "locked"
			wg.Go(func() {
				for range 5 {
					run(t, db, `INSERT INTO t VALUES (1)`)
					number(t, db, `SELECT sum(n) FROM t`)
				}
			})
		}
		wg.Wait()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if got := number(t, databases.Open(t, where), `SELECT sum(n) FROM t`); got != 40 {
			t.Errorf("sum after reopening = %d, want 40", got)
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		err := db.View(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`CREATE TABLE t (n BIGINT)`)
			return err
		})
		if err == nil {
			t.Error("View wrote")
		}
	})
}

// TestViewStandsStill: what a View sees does not change while others write.
func TestViewStandsStill(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		run(t, db, `CREATE TABLE t (n BIGINT)`, `INSERT INTO t VALUES (1)`)
		err := db.View(t.Context(), func(tx *database.Tx) error {
			for range 2 {
				var n int64
				if err := tx.QueryRow(`SELECT sum(n) FROM t`).Scan(&n); err != nil || n != 1 {
					return fmt.Errorf("sum %d, %v", n, err)
				}
				run(t, db, `INSERT INTO t VALUES (10)`)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestReadersDoNotWait: a reader comes through while a writer has written and not yet
// committed, and sees what was committed before.
func TestReadersDoNotWait(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		run(t, db, `CREATE TABLE t (n BIGINT)`, `INSERT INTO t VALUES (1)`)
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			if _, err := tx.Exec(`UPDATE t SET n = 100`); err != nil {
				return err
			}
			if n := number(t, db, `SELECT n FROM t`); n != 1 {
				t.Errorf("a reader sees %d, which is not committed", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := number(t, db, `SELECT n FROM t`); n != 100 {
			t.Errorf("%d after the commit", n)
		}
	})
}

// TestNoIncrementIsLost: two processes read and write the same rows, and what comes
// out is as if they had done it one after the other: no increment is lost, and of a
// rule over two rows (at least one officer is on duty) nothing slips through.
func TestNoIncrementIsLost(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		dbs := []*database.DB{databases.Open(t, where), databases.Open(t, where)}
		run(t, dbs[0], `CREATE TABLE c (k BIGINT PRIMARY KEY, n BIGINT NOT NULL)`, `INSERT INTO c VALUES (1, 0), (2, 1), (3, 1)`)
		const each = 40
		var ran, broken atomic.Int64
		var wg sync.WaitGroup
		for i, db := range dbs {
			for range 2 {
				wg.Go(func() {
					for range each {
						err := db.Update(t.Context(), func(tx *database.Tx) error {
							ran.Add(1)
							var n int64
							if err := tx.QueryRow(`SELECT n FROM c WHERE k = 1`).Scan(&n); err != nil {
								return err
							}
							_, err := tx.Exec(`UPDATE c SET n = ? WHERE k = 1`, n+1)
							return err
						})
						if err != nil {
							t.Error(err)
						}
						err = db.Update(t.Context(), func(tx *database.Tx) error { return relieve(tx, int64(2+i)) })
						if err != nil {
							t.Error(err)
						}
						if number(t, db, `SELECT n FROM c WHERE k = 2`)+number(t, db, `SELECT n FROM c WHERE k = 3`) < 0 {
							broken.Add(1)
						}
					}
				})
			}
		}
		wg.Wait()
		if got := number(t, dbs[0], `SELECT n FROM c WHERE k = 1`); got != 4*each {
			t.Errorf("counter %d, want %d", got, 4*each)
		}
		if got := number(t, dbs[0], `SELECT sum(n) FROM c WHERE k > 1`); got < 1 {
			t.Errorf("%d on duty", got)
		}
		t.Logf("%d increments took %d runs", 4*each, ran.Load())
		if dbs[0].Kind() == database.PostgreSQL && ran.Load() == 4*each {
			t.Error("no conflict at all: this has tried nothing")
		}
	})
}

// relieve takes one off duty, if the other is on it; else puts this one on it.
func relieve(tx *database.Tx, k int64) error {
	var on int64
	if err := tx.QueryRow(`SELECT sum(n) FROM c WHERE k > 1`).Scan(&on); err != nil {
		return err
	}
	if on < 1 {
		return fmt.Errorf("nobody is on duty")
	}
	to := 0
	if on == 1 {
		to = 1
	}
	_, err := tx.Exec(`UPDATE c SET n = ? WHERE k = ?`, to, k)
	return err
}

// TestConflictGivesUp: work that meets another process's each time is run a stated
// number of times and then refused, in words.
func TestConflictGivesUp(t *testing.T) {
	where := databases.Postgres(t)
	a, b := databases.Open(t, where), databases.Open(t, where)
	run(t, a, `CREATE TABLE c (n BIGINT NOT NULL)`, `INSERT INTO c VALUES (0)`)
	ran := 0
	err := a.Update(t.Context(), func(tx *database.Tx) error {
		ran++
		var n int64
		if err := tx.QueryRow(`SELECT n FROM c`).Scan(&n); err != nil {
			return err
		}
		run(t, b, `UPDATE c SET n = n + 1`)
		if _, err := tx.Exec(`UPDATE c SET n = n + 100`); err != nil {
			return fmt.Errorf("the record is full") // hides the database's error
		}
		return nil
	})
	if !errors.Is(err, database.ErrConflict) || ran != database.Tries {
		t.Errorf("ran %d times, want %d; error %v", ran, database.Tries, err)
	}
	if got := number(t, a, `SELECT n FROM c`); got != database.Tries {
		t.Errorf("n = %d: refused work left something behind", got)
	}
}

// TestHiddenFailure: a function that goes on after a statement has failed is told
// that nothing was kept of it.
func TestHiddenFailure(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		run(t, db, `CREATE TABLE c (n BIGINT PRIMARY KEY)`)
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			tx.Exec(`INSERT INTO c VALUES (1)`)
			tx.Exec(`INSERT INTO c VALUES (1)`)
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), "nothing was recorded") || errors.Is(err, database.ErrOutcomeUnknown) {
			t.Errorf("error %v", err)
		}
		if got := number(t, db, `SELECT count(*) FROM c`); got != 0 {
			t.Errorf("%d rows", got)
		}
	})
}

// TestDemoted: a connection whose server has become a standby is given up, and the
// work done over a new one.
func TestDemoted(t *testing.T) {
	db := databases.Open(t, databases.Postgres(t))
	run(t, db, `CREATE TABLE c (n BIGINT)`)
	run(t, db, `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY`) // as a standby refuses writes
	ran := 0
	err := db.Update(t.Context(), func(tx *database.Tx) error {
		ran++
		_, err := tx.Exec(`INSERT INTO c VALUES (1)`)
		return err
	})
	if err != nil || ran != 2 {
		t.Errorf("ran %d times, %v", ran, err)
	}
	if got := number(t, db, `SELECT count(*) FROM c`); got != 1 {
		t.Errorf("%d rows", got)
	}
}

// TestContextEnds: who waits for a turn stops waiting with its context, and what is
// under way then is not committed.
func TestContextEnds(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		run(t, db, `CREATE TABLE c (n BIGINT)`)
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Update(ctx, func(tx *database.Tx) error {
			if _, err := tx.Exec(`INSERT INTO c VALUES (1)`); err != nil {
				return err
			}
			waiting, stop := context.WithCancel(t.Context())
			stop()
			if err := db.Update(waiting, func(*database.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
				t.Errorf("a second writer: %v", err)
			}
			cancel()
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if got := number(t, db, `SELECT count(*) FROM c`); got != 0 {
			t.Errorf("%d rows", got)
		}
		run(t, db, `INSERT INTO c VALUES (2)`) // the connection is as good as before
	})
}
