package feed

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

// benchRows is how many people the benchmark imports.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("INTIKHAB_BENCH_ROWS")); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkImport measures how many rows a second are received (read, checked, staged
// and compared), and applied into an empty roll, its indexes included; then a second
// batch of a tenth as many, half of them new, into the roll that is there; and the same
// rows one by one, each in a statement of its own, in one transaction.
func BenchmarkImport(b *testing.B) {
	n := benchRows()
	pop, err := people.New(people.Config{Voters: n + n/20, Seed: 7})
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	key, err := checkpoint.GenerateKey("authority.example")
	if err != nil {
		b.Fatal(err)
	}
	first := benchFile(b, filepath.Join(dir, "first.csv"), pop, key, 0, n, 1, "")
	second := benchFile(b, filepath.Join(dir, "second.csv"), pop, key, n-n/20, n+n/20, 2, first.sha)
	for kind, where := range map[string]func(testing.TB) string{"sqlite": databases.SQLite, "postgres": databases.Postgres} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				s, roll, who := benchService(b, databases.Open(b, where(b)), key, pop)
				began, used := time.Now(), cpu(b)
				received, applied := benchBatch(b, s, who, first)
				b.ReportMetric((cpu(b)-used).Seconds()*1e6/float64(n), "cpu-us/row")
				total := time.Since(began)
				again := time.Now()
				benchBatch(b, s, who, second)
				next := time.Since(again)
				slow := benchOneByOne(b, s, roll, pop, min(n/20, 5000), n)
				rate := func(rows int, d time.Duration) float64 { return float64(rows) / d.Seconds() }
				b.ReportMetric(rate(n, received), "received/s")
				b.ReportMetric(rate(n, applied), "applied/s")
				b.ReportMetric(rate(n, total), "total/s")
				b.ReportMetric(rate(n/10, next), "second/s")
				b.ReportMetric(rate(n, total)/slow, "times-one-by-one")
			}
		})
	}
}

// cpu is the processor time that this program has used: on a machine that others use too
// it says more than the clock. PostgreSQL's own is not in it.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type benchDelivery struct {
	Delivery
	sha string
}

func benchFile(b *testing.B, path string, pop *people.Population, key *checkpoint.Key, from, to int, sequence int64, previous string) benchDelivery {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	if _, err = pop.WriteFeed(w, from, to); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	m, err := batchfile.Describe(b.Context(), path, nil)
	if err != nil {
		b.Fatal(err)
	}
	m.Authority, m.Batch, m.Sequence, m.Previous, m.Made = "authority.example", fmt.Sprint(sequence), sequence, previous, officetest.Begin
	signed, err := m.Sign(key.Signer())
	if err != nil {
		b.Fatal(err)
	}
	return benchDelivery{Delivery{File: path, Manifest: signed}, m.SHA256}
}

func benchService(b *testing.B, db *database.DB, key *checkpoint.Key, pop *people.Population) (*Service, *rolls.Store, office.Acting) {
	b.Helper()
	c := officetest.Open(b, db)
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, phase.Migrate, Migrate} {
		if err := migrate(b.Context(), db); err != nil {
			b.Fatal(err)
		}
	}
	who := c.Appoint(b, office.SecretariatOfficer, "secretariat")
	roll := rolls.NewStore(c.Keys, c.Now)
	v, err := note.NewVerifier(key.Verifier())
	if err != nil {
		b.Fatal(err)
	}
	c.Update(b, func(tx *database.Tx) error { return roll.PutBlocks(tx, pop.Areas()) })
	return New(Config{DB: db, Keys: c.Keys, Rolls: roll, Phases: phase.NewStore(c.Book), Book: c.Book, Authorities: []note.Verifier{v}, Now: c.Now}), roll, who
}

func benchBatch(b *testing.B, s *Service, who office.Acting, d benchDelivery) (received, applied time.Duration) {
	b.Helper()
	began := time.Now()
	d.By = who
	batch, err := s.Receive(b.Context(), d.Delivery)
	if err != nil {
		b.Fatal(err)
	}
	received = time.Since(began)
	if batch.Rejected > 0 || batch.Preview.Outcomes[Barred] > 0 {
		b.Fatalf("%+v", batch.Preview.Rejects)
	}
	began = time.Now()
	err = s.cfg.DB.Update(b.Context(), func(tx *database.Tx) error { return s.Apply(tx, batch.ID, who, "measured") })
	if err == nil {
		batch, err = s.Run(b.Context(), batch.ID, nil)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%v: %v", batch.ID, batch.Done.Outcomes)
	return received, time.Since(began)
}

// benchOneByOne adds people whose numbers are new, and gives how many a second.
func benchOneByOne(b *testing.B, s *Service, roll *rolls.Store, pop *people.Population, rows, n int) float64 {
	b.Helper()
	began := time.Now()
	err := s.cfg.DB.Update(b.Context(), func(tx *database.Tx) error {
		for i := range rows {
			p := pop.At(i)
			a := p.Addition()
			number, err := cnic.FromUint64(9_999_900_000_000 - uint64(i))
			if err != nil {
				return err
			}
			a.CNIC = number
			if _, err := roll.Add(tx, a.Block, a.List, a.Particulars, "feed:0"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return float64(rows) / time.Since(began).Seconds()
}
