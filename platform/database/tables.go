package database

// schemaName is the table that [DB.Migrate] keeps its history in.
const schemaName = "schema_migration"

// Tables gives the names of the tables that systems have made, and of the history of
// migrations, in the order of their letters.
func (tx *Tx) Tables() ([]string, error) {
	query := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	if tx.kind == PostgreSQL {
		query = `SELECT c.relname::text COLLATE "C" AS name FROM pg_catalog.pg_class c
			JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY name`
	}
	return tx.texts(query)
}

// texts gives the one column of text of a query.
func (tx *Tx) texts(query string, args ...any) (all []string, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}
