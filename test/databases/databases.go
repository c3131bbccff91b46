// Package databases is both databases for a test: an SQLite file, and a PostgreSQL
// database of the test's own on a server that is started once for each test program
// and ends with it, however the program ends. TestEach shows it.
package databases

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intikhab/platform/database"
	"intikhab/test/need"
)

// Each runs f as the subtests "sqlite" and "postgres", each with an empty database
// that is closed and gone at its end. Where there is no PostgreSQL the second says
// so through package need.
func Each(t *testing.T, f func(t *testing.T, db *database.DB)) {
	t.Helper()
	EachWhere(t, func(t *testing.T, where string) { f(t, Open(t, where)) })
}

// EachWhere is Each for a test that opens the database itself, or twice.
func EachWhere(t *testing.T, f func(t *testing.T, where string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// Open opens a database for the time of the test.
func Open(t testing.TB, where string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// SQLite gives the path of a file that is not there yet.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "test.sqlite") }

// Postgres gives the URL of an empty database, which is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	server := serverURL(t)
	name := "test_" + strings.ToLower(rand.Text())
	// Text in the order of its bytes, as SQLite has it.
	command(t, server, fmt.Sprintf(`CREATE DATABASE %s ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`, name))
	t.Cleanup(func() { command(t, server, fmt.Sprintf(`DROP DATABASE %s WITH (FORCE)`, name)) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func command(t testing.TB, server, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // t.Context is over in Cleanup
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

var started struct {
	sync.Mutex
	url, missing string
	stop         func() // never called; without it the server's standard input would be closed as garbage
}

// serverURL gives the server that INTIKHAB_POSTGRES names, or the one that this
// program has started.
func serverURL(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("INTIKHAB_POSTGRES"); named != "" {
		return named
	}
	started.Lock()
	defer started.Unlock()
	if started.url == "" && started.missing == "" {
		started.url, started.stop, started.missing = start("fsync=on", "max_connections=100")
	}
	if started.missing != "" {
		need.Missing(t, "%s", started.missing)
	}
	return started.url
}

// Server starts a server of the test's own with these settings (name=value), gives
// the URL of its database postgres, and stops it when the test ends.
func Server(t testing.TB, settings ...string) string {
	t.Helper()
	url, stop, missing := start(settings...)
	if missing != "" {
		need.Missing(t, "%s", missing)
	}
	t.Cleanup(stop)
	return url
}

// Program gives the path of one of PostgreSQL's programs, such as pg_dump.
func Program(t testing.TB, name string) string {
	t.Helper()
	path := program(name)
	if path == "" {
		need.Missing(t, "no %s in PATH or /usr/lib/postgresql: apt-get install postgresql brings it", name)
	}
	return path
}

// program gives the path of one of PostgreSQL's programs, of the newest version that
// is there; Debian keeps them out of PATH.
func program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	paths, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(paths) == 0 {
		return ""
	}
	return paths[len(paths)-1]
}
