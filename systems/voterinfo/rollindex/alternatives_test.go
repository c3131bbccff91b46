package rollindex_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/cockroachdb/pebble"
	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"intikhab/domain/cnic"
	"intikhab/test/databases"
)

// BenchmarkAlternatives measures what else could answer the same questions, on
// the same roll and the same numbers, without names, one caller: every one
// holds number, block, gender, serial and household in as few bytes as it can.
func BenchmarkAlternatives(b *testing.B) {
	r := bench(b)
	b.Run("array", func(b *testing.B) { benchArray(b, r) })
	b.Run("sqlite", func(b *testing.B) { benchSQLite(b, r) })
	b.Run("pebble", func(b *testing.B) { benchPebble(b, r) })
	b.Run("postgres", func(b *testing.B) { benchPostgres(b, r) })
}

// benchArray: rows of 20 bytes in the order of numbers, and binary search.
func benchArray(b *testing.B, r *benchRoll) {
	const row = 20 // number and gender 8, block 4, serial 4, household 4
	array := make([]byte, 0, row*len(r.rows))
	le := binary.LittleEndian
	for _, v := range r.rows {
		array = le.AppendUint64(array, v.CNIC.RevealUint64()<<2|uint64(v.Gender))
		array = le.AppendUint32(array, uint32(v.Block))
		array = le.AppendUint32(array, v.Serial)
		array = le.AppendUint32(array, v.Household)
	}
	n := len(r.rows)
	r.kinds(b, row, func(c cnic.Number) (uint32, bool) {
		number := c.RevealUint64()
		at := sort.Search(n, func(i int) bool { return le.Uint64(array[i*row:])>>2 >= number })
		if at == n || le.Uint64(array[at*row:])>>2 != number {
			return 0, false
		}
		return le.Uint32(array[at*row+12:]), true
	})
}

func benchSQLite(b *testing.B, r *benchRoll) {
	path := filepath.Join(b.TempDir(), "roll.db")
	db, err := sql.Open("sqlite", path+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=mmap_size(17179869184)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	must := func(_ any, err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	must(db.Exec("CREATE TABLE voters (cnic INTEGER PRIMARY KEY, block INTEGER, gender INTEGER, serial INTEGER, household INTEGER)"))
	tx, err := db.Begin()
	must(nil, err)
	insert, err := tx.Prepare("INSERT INTO voters VALUES (?, ?, ?, ?, ?)")
	must(nil, err)
	for _, v := range r.rows {
		must(insert.Exec(int64(v.CNIC.RevealUint64()), v.Block, v.Gender, v.Serial, v.Household))
	}
	must(nil, tx.Commit())
	// As a frozen file it needs no locks.
	must(nil, db.Close())
	db, err = sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1&_pragma=mmap_size(17179869184)")
	must(nil, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	query, err := db.Prepare("SELECT block, gender, serial, household FROM voters WHERE cnic = ?")
	must(nil, err)
	defer query.Close()
	info, err := os.Stat(path)
	must(nil, err)
	r.kinds(b, float64(info.Size())/float64(len(r.rows)), func(n cnic.Number) (uint32, bool) {
		var block, gender, serial, household uint32
		err := query.QueryRow(int64(n.RevealUint64())).Scan(&block, &gender, &serial, &household)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			b.Fatal(err)
		}
		return serial, err == nil
	})
}

func benchPebble(b *testing.B, r *benchRoll) {
	dir := b.TempDir()
	cache := pebble.NewCache(1 << 30)
	defer cache.Unref()
	db, err := pebble.Open(dir, &pebble.Options{Cache: cache, DisableWAL: true, Logger: quiet{}})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var key [8]byte
	var value [13]byte
	for _, v := range r.rows {
		binary.BigEndian.PutUint64(key[:], v.CNIC.RevealUint64())
		value[0] = byte(v.Gender)
		binary.LittleEndian.PutUint32(value[1:], uint32(v.Block))
		binary.LittleEndian.PutUint32(value[5:], v.Serial)
		binary.LittleEndian.PutUint32(value[9:], v.Household)
		if err := db.Set(key[:], value[:], pebble.NoSync); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(db.Flush(), db.Compact([]byte{0}, []byte{0xff}, true)); err != nil {
		b.Fatal(err)
	}
	r.kinds(b, float64(dirBytes(b, dir, ".sst"))/float64(len(r.rows)), func(n cnic.Number) (uint32, bool) {
		binary.BigEndian.PutUint64(key[:], n.RevealUint64())
		v, closer, err := db.Get(key[:])
		if err != nil {
			if !errors.Is(err, pebble.ErrNotFound) {
				b.Fatal(err)
			}
			return 0, false
		}
		serial := binary.LittleEndian.Uint32(v[5:])
		closer.Close()
		return serial, true
	})
}

type quiet struct{}

func (quiet) Infof(string, ...any)         {}
func (quiet) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

func dirBytes(b *testing.B, dir, ext string) (n int64) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ext {
			var info fs.FileInfo
			if info, err = d.Info(); err == nil {
				n += info.Size()
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func benchPostgres(b *testing.B, r *benchRoll) {
	url := os.Getenv("INTIKHAB_POSTGRES")
	if url == "" {
		url = databases.Server(b, "fsync=off", "shared_buffers=1GB", "temp_buffers=1GB", "maintenance_work_mem=512MB")
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close(ctx)
	must := func(_ any, err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	must(c.Exec(ctx, `CREATE TEMPORARY TABLE bench_voters (cnic bigint, block integer, serial integer, household integer, gender "char")`))
	i := -1
	must(c.CopyFrom(ctx, pgx.Identifier{"bench_voters"}, []string{"cnic", "block", "serial", "household", "gender"}, pgx.CopyFromFunc(func() ([]any, error) {
		if i++; i == len(r.rows) {
			return nil, nil
		}
		v := &r.rows[i]
		return []any{int64(v.CNIC.RevealUint64()), int32(v.Block), int32(v.Serial), int32(v.Household), v.Gender.String()[0]}, nil
	})))
	must(c.Exec(ctx, "ALTER TABLE bench_voters ADD PRIMARY KEY (cnic)"))
	must(c.Exec(ctx, "VACUUM ANALYZE bench_voters"))
	var size int64
	must(nil, c.QueryRow(ctx, "SELECT pg_total_relation_size('bench_voters')").Scan(&size))
	must(c.Prepare(ctx, "look", "SELECT block, serial, household FROM bench_voters WHERE cnic = $1"))
	r.kinds(b, float64(size)/float64(len(r.rows)), func(n cnic.Number) (uint32, bool) {
		var block, serial, household int32
		err := c.QueryRow(ctx, "look", int64(n.RevealUint64())).Scan(&block, &serial, &household)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			b.Fatal(err)
		}
		return uint32(serial), err == nil
	})
}
