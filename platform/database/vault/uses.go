package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/health"
)

// A Use tells how many values or blind indexes of a column need a key.
type Use struct {
	Column Column
	Key    KeyID
	Index  bool
	Values int64
}

// Uses tells which keys the columns need.
func Uses(ctx context.Context, db *database.DB, columns []Column) (all []Use, err error) {
	there, err := present(ctx, db, columns)
	if err != nil {
		return nil, err
	}
	err = db.View(ctx, func(tx *database.Tx) error {
		all = nil
		for _, c := range there {
			if err := c.count(tx, c.Name, 2, false, &all); err != nil {
				return err
			}
			if c.Index == "" {
				continue
			}
			if err := c.count(tx, c.Index, 1, true, &all); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

func (c Column) count(tx *database.Tx, column string, from int, index bool, all *[]Use) error {
	id := fmt.Sprintf(`substr(%s, %d, 4)`, column, from)
	rows, err := tx.Query(`SELECT ` + id + `, count(*) FROM ` + c.Table + ` WHERE ` + column + ` IS NOT NULL GROUP BY ` + id)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		u := Use{Column: c, Index: index}
		var key []byte
		if err := rows.Scan(&key, &u.Values); err != nil {
			return err
		}
		copy(u.Key[:], key)
		*all = append(*all, u)
	}
	return rows.Err()
}

// CanDrop tells by its error why a key has to stay: values need it, or a node may
// still seal under it. Backups made before the rotation need it too, of which nobody
// here knows.
func CanDrop(ctx context.Context, db *database.DB, keys *Keyring, columns []Column, id KeyID, now time.Time) error {
	uses, err := Uses(ctx, db, columns)
	if err != nil {
		return err
	}
	stray, err := unlisted(ctx, db, columns, id)
	if err != nil {
		return err
	}
	if len(stray) > 0 {
		return fmt.Errorf("values that need key %v are in columns that this program does not rotate, so it stays: %v", id, stray)
	}
	var needed []error
	for _, u := range uses {
		if u.Key == id {
			needed = append(needed, fmt.Errorf("%d values of %v need key %v", u.Values, u.Column, id))
		}
	}
	if len(needed) > 0 {
		return errors.Join(append(needed, errors.New("seal them under the newest key first: intikhab keys rotate"))...)
	}
	all := keys.Keys()
	if age := now.Sub(all[len(all)-1].Made); age < Settled {
		return fmt.Errorf("the newest key is %s old, and a node may still seal under key %v: wait until it is %s old, and rotate again", age.Round(time.Second), id, Settled)
	}
	return nil
}

// unlisted finds columns that hold values sealed under the key and are not in the
// list: somebody has forgotten to put them there, or a newer program made them.
func unlisted(ctx context.Context, db *database.DB, columns []Column, id KeyID) (stray []string, err error) {
	err = db.View(ctx, func(tx *database.Tx) error {
		stray = nil
		tables, err := tx.Tables()
		if err != nil {
			return err
		}
		for _, table := range tables {
			all, err := tx.Columns(table)
			if err != nil {
				return err
			}
			for _, column := range all {
				listed := slices.ContainsFunc(columns, func(c Column) bool { return c.Table == table && c.Name == column.Name })
				if column.Type != "BLOB" || listed {
					continue
				}
				var n int64
				err := tx.QueryRow(`SELECT count(*) FROM `+database.Quote(table)+` WHERE substr(`+database.Quote(column.Name)+`, 1, 5) = ?`,
					append([]byte{sealedForm}, id[:]...)).Scan(&n)
				if err != nil {
					return err
				}
				if n > 0 {
					stray = append(stray, fmt.Sprintf("%d in %s.%s", n, table, column.Name))
				}
			}
		}
		return nil
	})
	return stray, err
}

// Check finds out, for intikhab doctor, whether the ring opens everything that the
// database holds, and whether a rotation is due.
func Check(ctx context.Context, db *database.DB, keys *Keyring, columns []Column) []health.Finding {
	uses, err := Uses(ctx, db, columns)
	if err != nil {
		return []health.Finding{health.Warn("records key", "", "what needs which key cannot be told: %v", err)}
	}
	var found []health.Finding
	var all, old int64
	for _, u := range uses {
		all += u.Values
		switch {
		case keys.find(u.Key) == nil:
			found = append(found, health.Wrong("records key", "Find the keyring that has this key: without it these values stay closed.", "%d values of %v need key %v, which is not on the keyring", u.Values, u.Column, u.Key))
		case u.Key != keys.Newest():
			old += u.Values
		}
	}
	if old > 0 {
		found = append(found, health.Warn("records key", "Finish the change of keys: intikhab keys rotate.", "%d of %d values are under an older key", old, all))
	}
	if len(found) == 0 {
		found = append(found, health.Ok("records key", "key %v opens all %d sealed values", keys.Newest(), all))
	}
	return found
}
