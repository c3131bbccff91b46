package database

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// oldestPostgres is the oldest version that is tried by anybody: older ones get no
// more repairs from their makers.
const oldestPostgres = 130000

// openPostgres opens a PostgreSQL database, or one of another maker that speaks the
// same protocol. The first connection is made at once, so that a wrong URL is told
// at the start.
func (db *DB) openPostgres(ctx context.Context, where string) error {
	db.kind, db.where = PostgreSQL, withoutPassword(where)
	cfg, err := pgx.ParseConfig(where) // its errors leave the password out
	if err != nil {
		return err
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	for name, value := range map[string]string{
		"application_name": "intikhab",
		"timezone":         "UTC",
		// A machine that stops in the middle of a transaction, and is not
		// dead, would hold back all others.
		"idle_in_transaction_session_timeout": "120000",
	} {
		if _, given := cfg.RuntimeParams[name]; !given {
			cfg.RuntimeParams[name] = value
		}
	}
	db.write = postgresPool(*cfg, 1)
	db.read = postgresPool(*cfg, readers)
	return db.checkPostgres(ctx)
}

func postgresPool(cfg pgx.ConnConfig, connections int) *sql.DB {
	p := stdlib.OpenDB(cfg)
	p.SetMaxOpenConns(connections)
	p.SetMaxIdleConns(connections)
	p.SetConnMaxLifetime(time.Hour) // so that all come to a new primary in the end
	return p
}

func (db *DB) checkPostgres(ctx context.Context) error {
	var version int
	var encoding string
	err := db.write.QueryRowContext(ctx,
		`SELECT current_setting('server_version_num')::int, current_setting('server_encoding')`).Scan(&version, &encoding)
	switch {
	case err != nil:
		return err
	case version < oldestPostgres:
		return fmt.Errorf("the server is PostgreSQL %d: %d or newer is needed", version/10000, oldestPostgres/10000)
	case encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s: make one with CREATE DATABASE … ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", encoding)
	}
	return nil
}

var (
	passwordInUser  = regexp.MustCompile(`^(\w+://[^:/?#@]*):[^?#]*@`)
	passwordInQuery = regexp.MustCompile(`((?:^|[?&])(?:ssl)?password=)[^&]*`)
)

// withoutPassword is a URL as a log may have it. It may name several hosts with
// ports, and so be none for package url.
func withoutPassword(where string) string {
	where = passwordInUser.ReplaceAllString(where, "$1@")
	return passwordInQuery.ReplaceAllString(where, "$1…")
}
