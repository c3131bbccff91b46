package vault

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"intikhab/platform/database"
)

// A Column is a column of sealed values. Packages that seal give theirs as a list,
// and the program hands all of them to [Rotate] and [Uses]: a column that is not in
// the list loses its values when a key is dropped.
type Column struct {
	Table string
	Key   string // the primary key's one column, of text or whole numbers
	Name  string // the column of sealed values
	Index string // the column of their blind indexes, "" for none
	As    string // the name they are sealed under, if by Named; "" if by table, column and row

	// Indexed gives the part of a value that its blind index is of: the CNIC, say, of
	// all particulars of a person that are sealed in one. The index is that of
	// [Keyring.Index] with the column's String and that part. Nil means the whole
	// value. After an error, which may not tell the value, the value and its index stay
	// under the key they had, and Rotate names the row.
	Indexed func(plain string) (string, error)
}

func (c Column) String() string { return c.Table + "." + c.Name }

var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

func (c Column) check() error {
	for _, name := range []string{c.Table, c.Key, c.Name, c.Index} {
		if name != "" && !identifier.MatchString(name) || name == "" && c.Index != name {
			return fmt.Errorf("column %v: %q is no name of a table or column", c, name)
		}
	}
	if c.Table == "" || c.Key == "" || c.Name == "" {
		return fmt.Errorf("column %v: table, key and name must be given", c)
	}
	return nil
}

func (c Column) place(row string) []byte {
	if c.As != "" {
		return place(c.As)
	}
	return place(c.Table, c.Name, row)
}

// Progress tells how far a rotation is.
type Progress struct {
	Column Column
	Sealed int64 // values sealed anew so far, in this column
	Passed any   // key of the last row that was seen
}

const (
	// batch is how many values one transaction seals anew: others write between.
	batch = 200
	// passes is how often a rotation looks for values that other processes have
	// written under an older key meanwhile.
	passes = 5
)

// Rotate seals every value of the columns, and its blind index, under the newest key,
// while others read and write. It may be stopped at any instant, by a crash too, and
// run again: each batch is one transaction, and a value is under the one key or the
// other, and names it. When it returns nil, no value needs an older key; and nobody
// writes under one again once the newest is [Settled], since every process has read
// its keyring again by then.
//
// A value that cannot be opened stays as it is; the others are done and the error
// names it. progress may be nil.
func Rotate(ctx context.Context, db *database.DB, keys *Keyring, columns []Column, progress func(Progress)) error {
	if progress == nil {
		progress = func(Progress) {}
	}
	there, err := present(ctx, db, columns)
	if err != nil {
		return err
	}
	for range passes {
		var spoilt []error
		for _, c := range there {
			bad, err := rotate(ctx, db, keys, c, progress)
			if err != nil {
				return fmt.Errorf("rotating %v: %w", c, err)
			}
			spoilt = append(spoilt, bad...)
		}
		if len(spoilt) > 0 {
			few := slices.Clip(spoilt[:min(len(spoilt), 10)])
			return errors.Join(append(few, fmt.Errorf("%d values stay under the key they had", len(spoilt)))...)
		}
		uses, err := Uses(ctx, db, there)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(uses, func(u Use) bool { return u.Key != keys.Newest() }) {
			return nil
		}
	}
	return errors.New("other processes go on writing under an older key: give them the new keyring (a restart does) and run the rotation again")
}

// present are the columns whose tables are there: a system that never ran has none.
func present(ctx context.Context, db *database.DB, columns []Column) (there []Column, err error) {
	for _, c := range columns {
		if err := c.check(); err != nil {
			return nil, err
		}
	}
	err = db.View(ctx, func(tx *database.Tx) error {
		tables, err := tx.Tables()
		there = slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return !slices.Contains(tables, c.Table) })
		return err
	})
	return there, err
}

func rotate(ctx context.Context, db *database.DB, keys *Keyring, c Column, progress func(Progress)) (spoilt []error, err error) {
	var after any
	var sealed int64
	for {
		var old []value
		var bad []error
		err := db.Update(ctx, func(tx *database.Tx) (err error) {
			bad = nil
			to := keys.newest()
			if old, err = c.read(tx, to, after); err != nil {
				return err
			}
			for _, v := range old {
				plain, err := keys.open(c.place(v.row), v.sealed)
				if err != nil {
					bad = append(bad, fmt.Errorf("%v of row %s: %w", c, v.row, err))
					continue
				}
				part, err := c.indexed(v, plain)
				if err != nil {
					bad = append(bad, fmt.Errorf("%v of row %s: the part that is indexed: %w", c, v.row, err))
					continue
				}
				if err := c.write(tx, keys, to, v, plain, part); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return spoilt, err
		}
		spoilt = append(spoilt, bad...)
		if len(old) == 0 {
			return spoilt, nil
		}
		after = old[len(old)-1].key
		sealed += int64(len(old) - len(bad))
		progress(Progress{c, sealed, after})
	}
}

// A value is one that is not yet under the newest key.
type value struct {
	key           any // as the database gives it
	row           string
	sealed, index []byte
}

// read gives the next values after a key that are not under the key to.
func (c Column) read(tx *database.Tx, to *key, after any) (all []value, err error) {
	index, old := c.Index, `(substr(`+c.Name+`, 1, 5) <> ?`
	args := []any{append([]byte{sealedForm}, to.id[:]...)}
	if index == "" {
		index = "NULL"
	} else {
		old += ` OR substr(` + index + `, 1, 4) <> ?`
		args = append(args, to.id[:])
	}
	if after != nil {
		old += `) AND (` + c.Key + ` > ?`
		args = append(args, after)
	}
	rows, err := tx.Query(`SELECT `+c.Key+`, `+c.Name+`, `+index+` FROM `+c.Table+
		` WHERE `+c.Name+` IS NOT NULL AND `+old+`) ORDER BY `+c.Key+` LIMIT ?`, append(args, batch)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v value
		if err := rows.Scan(&v.key, &v.sealed, &v.index); err != nil {
			return nil, err
		}
		if text, ok := v.key.([]byte); ok { // as a driver may give text
			v.key = string(text)
		}
		v.row = fmt.Sprint(v.key)
		all = append(all, v)
	}
	return all, rows.Err()
}

// indexed gives what the blind index is of, if the value has one.
func (c Column) indexed(v value, plain []byte) (part string, err error) {
	switch {
	case c.Index == "" || v.index == nil:
		return "", nil
	case c.Indexed == nil:
		return string(plain), nil
	}
	return c.Indexed(string(plain))
}

func (c Column) write(tx *database.Tx, keys *Keyring, to *key, v value, plain []byte, part string) error {
	set, args := c.Name+` = ?`, []any{keys.seal(c.place(v.row), plain)}
	if c.Index != "" && v.index != nil {
		set += `, ` + c.Index + ` = ?`
		args = append(args, to.blind(c.String(), part))
	}
	_, err := tx.Exec(`UPDATE `+c.Table+` SET `+set+` WHERE `+c.Key+` = ?`, append(args, v.key)...)
	return err
}
