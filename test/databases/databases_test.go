package databases

import (
	"testing"

	"intikhab/platform/database"
)

func TestEach(t *testing.T) {
	for range 2 { // the second time the database is empty again
		Each(t, func(t *testing.T, db *database.DB) {
			var sum int64
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				if _, err := tx.Exec(`CREATE TABLE t (a TEXT PRIMARY KEY, n BIGINT NOT NULL)`); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO t (a, n) VALUES (?, ?), (?, ?)`, "what?", 1, "اردو", 2); err != nil {
					return err
				}
				return tx.QueryRow(`SELECT sum(n) FROM t WHERE a <> '?' AND n < ?`, 100).Scan(&sum)
			})
			if err != nil || sum != 3 {
				t.Errorf("sum %d, %v", sum, err)
			}
		})
	}
}
