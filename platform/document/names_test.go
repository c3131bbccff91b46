package document

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"intikhab/test/need"
)

// realNames are the names in Urdu of the candidates of 2024, each once.
func realNames(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile(need.Shared(t, "data", "candidates-pk", "form33_2024_candidates.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "name_ur")
	if at < 0 {
		t.Fatalf("no column name_ur, but %v", rows[0])
	}
	found := map[string]bool{}
	for _, row := range rows[1:] {
		if name := strings.Join(strings.Fields(row[at]), " "); name != "" {
			found[name] = true
		}
	}
	var names []string
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
