package database

import (
	"fmt"
	"strings"
)

// HistoryTable is the table that [DB.Migrate] keeps its history in.
const HistoryTable = "schema_migration"

// Tables gives the names of the database's tables, HistoryTable among them, in the
// order of their letters.
func (tx *Tx) Tables() (names []string, err error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	if tx.kind == PostgreSQL {
		query = `SELECT c.relname::text COLLATE "C" AS name FROM pg_catalog.pg_class c
			JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY name`
	}
	pairs, err := tx.pairs(`SELECT name, '' FROM (` + query + `) t`)
	for _, p := range pairs {
		names = append(names, p[0])
	}
	return names, err
}

// A Column is a column of a table, with the type that it has in migrations: TEXT,
// BIGINT, BLOB or REAL.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Columns gives the columns of a table, in their order. A column of a type that only
// one of the databases has is an error.
func (tx *Tx) Columns(table string) (all []Column, err error) {
	query := `SELECT name, type FROM pragma_table_info(?) ORDER BY cid`
	if tx.kind == PostgreSQL {
		query = `SELECT a.attname::text, format_type(a.atttypid, NULL)::text FROM pg_catalog.pg_attribute a
			JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relname = ? AND n.nspname = current_schema() AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`
	}
	pairs, err := tx.pairs(query, table)
	for _, p := range pairs {
		typ, ok := columnTypes[strings.ToUpper(p[1])]
		if !ok {
			return nil, fmt.Errorf("column %s.%s has the type %q: migrations use TEXT, BIGINT, BLOB and REAL", table, p[0], p[1])
		}
		all = append(all, Column{p[0], typ})
	}
	return all, err
}

var columnTypes = map[string]string{
	"TEXT": "TEXT", "BIGINT": "BIGINT", "INTEGER": "BIGINT", "BLOB": "BLOB", "BYTEA": "BLOB", "REAL": "REAL", "DOUBLE PRECISION": "REAL",
}

// pairs gives the two columns of text of a query.
func (tx *Tx) pairs(query string, args ...any) (all [][2]string, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p [2]string
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// DeferReferences has foreign keys checked at the end of the transaction, so that
// rows can be put in any order. Call the function that it gives after the last row.
func (tx *Tx) DeferReferences() (check func() error, err error) {
	if tx.kind == SQLite {
		_, err := tx.Exec(`PRAGMA defer_foreign_keys = on`)
		return func() error { return nil }, err
	}
	keys, err := tx.pairs(`SELECT quote_ident(r.relname)::text, quote_ident(c.conname)::text FROM pg_catalog.pg_constraint c
		JOIN pg_catalog.pg_class r ON r.oid = c.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
		WHERE c.contype = 'f' AND NOT c.condeferrable AND n.nspname = current_schema()`)
	alter := func(to string) error {
		for _, k := range keys {
			if _, err := tx.Exec(`ALTER TABLE ` + k[0] + ` ALTER CONSTRAINT ` + k[1] + ` ` + to); err != nil {
				return err
			}
		}
		return nil
	}
	if err == nil {
		err = alter(`DEFERRABLE INITIALLY DEFERRED`)
	}
	return func() error {
		if _, err := tx.Exec(`SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return err
		}
		return alter(`NOT DEFERRABLE`)
	}, err
}
