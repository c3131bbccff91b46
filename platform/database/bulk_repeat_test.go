package database_test

import (
	"testing"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// TestBulkRepeats: values that are the same in many rows, now of these columns and now of
// those, are in the rows that had them and in no others.
func TestBulkRepeats(t *testing.T) {
	const rows, stretch = 60_000, 700 // some times what one statement has
	value := func(k, column int) any {
		switch part := k / stretch; {
		case part%9 == column:
			return nil
		case part>>(column-1)&1 == 1:
			return int64(part)
		}
		return int64(k)
	}
	databases.Each(t, func(t *testing.T, db *database.DB) {
		setUp(t, db, `CREATE TABLE v (k BIGINT NOT NULL PRIMARY KEY, a BIGINT, b BIGINT, c BIGINT, d BIGINT, e BIGINT, f BIGINT)`)
		columns := []string{"k", "a", "b", "c", "d", "e", "f"}
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Bulk("v", columns, func(yield func([]any, error) bool) {
				row := make([]any, len(columns))
				for k := range rows {
					row[0] = int64(k)
					for c := 1; c < len(row); c++ {
						row[c] = value(k, c)
					}
					if !yield(row, nil) {
						return
					}
				}
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		k := 0
		err = db.View(t.Context(), func(tx *database.Tx) error {
			return tx.Scan(`SELECT k, a, b, c, d, e, f FROM v ORDER BY k`, nil, func(r *database.Row) error {
				for c := 1; c < len(columns); c++ {
					var got any
					if !r.Null(c) {
						got = r.Int64(c)
					}
					if got != value(k, c) || r.Int64(0) != int64(k) {
						t.Fatalf("row %d, column %s: %v, want %v", k, columns[c], got, value(k, c))
					}
				}
				k++
				return nil
			})
		})
		if err != nil || k != rows {
			t.Fatalf("%d rows of %d, %v", k, rows, err)
		}
	})
}
