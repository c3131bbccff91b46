package database

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"intikhab/platform/health"
)

// Bounds above which the write-ahead log of SQLite is found wanting: it grows while
// a reader does not end, or while the disk cannot keep up.
const largeWAL = 512 << 20

// Check finds out how the database is, for intikhab doctor. It reads all of an SQLite
// file, which takes a second for some hundred MiB, and ends with ctx. Nil for known
// leaves out whether the tables are those of this program.
func (db *DB) Check(ctx context.Context, known Migrations) []health.Finding {
	var found []health.Finding
	if db.kind == SQLite {
		found = db.examineFile(ctx)
	} else {
		found = db.examineServer(ctx)
	}
	if known != nil {
		found = append(found, db.examineHistory(ctx, known))
	}
	return found
}

func (db *DB) examineFile(ctx context.Context) []health.Finding {
	found := health.Folder("database", filepath.Dir(db.path))
	var all []string
	err := db.View(ctx, func(tx *Tx) error {
		pairs, err := tx.pairs(`SELECT quick_check, '' FROM pragma_quick_check LIMIT 10`)
		all = nil
		for _, p := range pairs {
			all = append(all, p[0])
		}
		return err
	})
	switch said := strings.Join(all, "; "); {
	case err != nil:
		found = append(found, health.Wrong("database", "Stop the service, keep the file as it is, and restore the last backup: intikhab restore.", "%s cannot be read: %v", db.path, err))
	case said != "ok":
		found = append(found, health.Wrong("database", "Stop the service, keep the file as it is, and restore the last backup: intikhab restore.", "%s is damaged: %s", db.path, said))
	default:
		found = append(found, health.Ok("database", "%s is whole", db.path))
	}
	if info, err := os.Stat(db.path + "-wal"); err == nil && info.Size() > largeWAL {
		found = append(found, health.Warn("database", "Something reads for very long, as a backup that hangs does: end it.", "its write-ahead log has %d MiB", info.Size()>>20))
	}
	return found
}

func (db *DB) examineServer(ctx context.Context) (found []health.Finding) {
	var version, address string
	var standby, encrypted, sorted bool
	settings := map[string]string{"fsync": "", "full_page_writes": "", "synchronous_commit": ""}
	err := db.View(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT current_setting('server_version'), coalesce(host(inet_server_addr()), ''), pg_is_in_recovery(),
			coalesce((SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()), false),
			(SELECT datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') FROM pg_catalog.pg_database WHERE datname = current_database())`).
			Scan(&version, &address, &standby, &encrypted, &sorted)
		if err != nil {
			return err
		}
		for name := range settings {
			var value string
			if err := tx.QueryRow(`SELECT current_setting(?)`, name).Scan(&value); err != nil {
				return err
			}
			settings[name] = value
		}
		return nil
	})
	if err != nil {
		return append(found, health.Wrong("database", "Look whether the server runs, and whether it is a PostgreSQL of version 13 or newer.", "%s: %v", db.where, err))
	}
	found = append(found, health.Ok("database", "PostgreSQL %s at %s answers", version, db.where))
	if standby {
		found = append(found, health.Wrong("database", "Give the URL of the primary, or of all servers with target_session_attrs=read-write.", "the server is a standby and records nothing"))
	}
	for _, s := range []struct{ name, loses string }{
		{"fsync", "a power cut damages the database"}, {"full_page_writes", "a power cut may damage the database"},
		{"synchronous_commit", "a crash of the server loses the last acts, which officers were told are recorded"},
	} {
		if settings[s.name] == "off" {
			found = append(found, health.Warn("database", "Set "+s.name+" = on in postgresql.conf, and reload the server.", "%s is off: %s", s.name, s.loses))
		}
	}
	if ip := net.ParseIP(address); ip != nil && !ip.IsLoopback() && !encrypted {
		found = append(found, health.Warn("database", "Set sslmode=verify-full in the URL, and give the server a certificate.", "the connection to the server is not encrypted"))
	}
	if !sorted {
		found = append(found, health.Warn("database", "Make a database with LC_COLLATE 'C', and move the records by backup and restore.", "it sorts text by a language's rules, and not as SQLite does: lists may come in another order"))
	}
	return found
}

// examineHistory looks whether the tables are those that this program makes.
func (db *DB) examineHistory(ctx context.Context, known Migrations) health.Finding {
	var history []Applied
	err := db.View(ctx, func(tx *Tx) error {
		names, err := tx.Tables()
		if err != nil || !strings.Contains(" "+strings.Join(names, " ")+" ", " "+HistoryTable+" ") {
			return err
		}
		history, err = tx.History()
		return err
	})
	if err == nil {
		err = known.Knows(history)
	}
	switch {
	case err != nil:
		return health.Wrong("tables", "Run the program that made the records, or a newer one.", "%v", err)
	case len(history) == 0:
		return health.Warn("tables", "The first start makes them.", "there are none yet")
	}
	return health.Ok("tables", "are those of this program: %s", countOf(history))
}

func countOf(history []Applied) string {
	latest := map[string]int64{}
	for _, a := range history {
		latest[a.System] = max(latest[a.System], a.Version)
	}
	return fmt.Sprintf("%d migrations of %d systems", len(history), len(latest))
}
