package people

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

// read reads a batch with the package that defines what a batch is.
func read(t *testing.T, batch []byte) []batchfile.Row {
	t.Helper()
	path := filepath.Join(t.TempDir(), "batch.csv")
	if err := os.WriteFile(path, batch, 0o600); err != nil {
		t.Fatal(err)
	}
	var rows []batchfile.Row
	r := batchfile.Reader{Path: path, Take: func(p *batchfile.Part) error {
		for _, bad := range p.Problems {
			t.Errorf("line %d: %s: %s", bad.Line, bad.Code, bad.Reason)
		}
		rows = append(rows, p.Rows...)
		return nil
	}}
	if err := r.Read(context.Background()); err != nil {
		t.Fatal(err)
	}
	return rows
}

// counted holds the counts against the rows.
func counted(t *testing.T, counts FeedCounts, rows []batchfile.Row) {
	t.Helper()
	found := FeedCounts{}
	for i := range rows {
		found[FeedCell(rows[i].Cell())]++
	}
	if !maps.Equal(found, counts) {
		t.Errorf("the counts are %v, in the file %v", counts, found)
	}
}

// Ensure that a batch that is written here is read there: every person, with all
// particulars.
func TestFeedIsRead(t *testing.T) {
	p := some(t, 30_000)
	var b bytes.Buffer
	counts, err := p.WriteFeed(&b, 500, p.Len())
	if err != nil {
		t.Fatal(err)
	}
	rows := read(t, b.Bytes())
	if len(rows) != p.Len()-500 {
		t.Fatalf("%d rows of %d", len(rows), p.Len()-500)
	}
	counted(t, counts, rows)
	for i, q := range everybody(t, p)[500:] {
		r := rows[i]
		if r.Card != q.Card() || r.Action != batchfile.New || r.AsOf != rolls.Date(q.Since) || !r.VoteAt {
			t.Fatalf("row %d is not person %d", i, 500+i)
		}
	}
}

// Ensure that deaths are those that are known, and that who moves has an address in
// another block and votes there.
func TestDeathsAndMoves(t *testing.T) {
	p := some(t, 30_000)
	var b bytes.Buffer
	counts, err := p.WriteDeaths(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows := read(t, b.Bytes())
	counted(t, counts, rows)
	for k, i := range p.Known().Dead {
		if q := p.At(i); len(rows) != 11 || rows[k].CNIC != q.CNIC || rows[k].Action != batchfile.Death || rows[k].Valid {
			t.Fatalf("%d deaths; the %dth is not of person %d", len(rows), k, i)
		}
	}
	b.Reset()
	counts, to, err := p.WriteMoves(&b, 700)
	if err != nil || len(to) != 700 {
		t.Fatalf("%d move: %v", len(to), err)
	}
	rows = read(t, b.Bytes())
	counted(t, counts, rows)
	byNumber := map[uint64]batchfile.Row{}
	for _, r := range rows {
		byNumber[r.CNIC.RevealUint64()] = r
	}
	known := func(geography.BlockCode) bool { return true }
	for i, block := range to {
		q := p.At(i)
		r := byNumber[q.CNIC.RevealUint64()]
		e, err := rolls.Enrol(&r.Card, rolls.Date(p.cfg.On), known)
		young := q.Born.Age(p.cfg.On) < 18
		if (err != nil) != young || !young && e.Block != block || block == q.Block || r.Action != batchfile.Change {
			t.Errorf("person %d of %v moved to %v, %v; said %v", i, q.Block, e.Block, err, block)
		}
	}
}

func BenchmarkWriteFeed(b *testing.B) {
	p, err := New(Config{Voters: 1_000_000, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	const n = 300_000
	for b.Loop() {
		if _, err := p.WriteFeed(io.Discard, 0, n); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
