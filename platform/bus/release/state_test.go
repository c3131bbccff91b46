package release

import (
	"encoding/json"
	"strings"
	"testing"
)

func FuzzState(f *testing.F) {
	sum := strings.Repeat("0a", 32)
	f.Add([]byte(`{"current":{"id":"1","sha256":"` + sum + `","size":3,"note":"x","node":"n","published":"2026-02-08T21:00:00Z"}}`))
	f.Add([]byte(`{"proposed":{"id":"1","sha256":"../../etc/passwd"}}`))
	f.Add([]byte(`null`))
	f.Add([]byte(`{"node":"n0","have":["x"]}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		if n, err := readNode(value); err == nil && n.Node == "" {
			t.Fatal("a node without a name")
		}
		s, err := readState(value)
		if err != nil {
			return
		}
		for _, r := range []*Release{s.Current, s.Proposed, s.Previous} {
			if r != nil && (len(r.SHA256) != 64 || strings.ContainsAny(r.SHA256, "./\\")) {
				t.Fatalf("%q would be a file's name", r.SHA256)
			}
		}
		if again, err := json.Marshal(s); err != nil {
			t.Fatal(err)
		} else if _, err := readState(again); err != nil {
			t.Fatalf("%s is refused: %v", again, err)
		}
	})
}
