package audit

import (
	"runtime"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// benchRows is how many rows the benchmarks have.
const benchRows = 100_000

// BenchmarkWrite writes rows, each in a transaction of its own.
func BenchmarkWrite(b *testing.B) {
	db := databases.Open(b, databases.SQLite(b))
	if err := Migrate(b.Context(), db); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		one := func(tx *database.Tx) error {
			return Write(tx, began, Entry{Officer: "o", Office: "d", Act: "office.appoint", On: "office:1", Reason: "letter 41"})
		}
		if err := db.Update(b.Context(), one); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify seals and then verifies 100,000 rows with a ledger on the disk.
func BenchmarkVerify(b *testing.B) {
	db := databases.Open(b, databases.SQLite(b))
	if err := Migrate(b.Context(), db); err != nil {
		b.Fatal(err)
	}
	f := newFolder(b)
	for range benchRows / 1000 {
		do(b, db, 1000)
	}
	start := time.Now()
	f.seal(b, db)
	sealed := benchRows / time.Since(start).Seconds()
	var peak uint64
	for b.Loop() {
		start := time.Now()
		if r := f.verify(b, db, f.dir); !r.OK() || r.Rows != benchRows {
			b.Fatalf("%+v", r)
		}
		b.ReportMetric(benchRows/time.Since(start).Seconds(), "verified/s")
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapSys-m.HeapReleased)
	}
	b.ReportMetric(sealed, "sealed/s")
	b.ReportMetric(float64(peak>>20), "MB")
}
