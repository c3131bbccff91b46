package office

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intikhab/platform/words"
	"intikhab/test/need"
)

var update = flag.Bool("update", false, "write docs/permissions.md anew")

// TestPermissionsPage: the page of the book is what the table says.
func TestPermissionsPage(t *testing.T) {
	var b bytes.Buffer
	if err := Standard().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(need.Root(t), "docs", "permissions.md")
	if *update {
		if err := os.WriteFile(page, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, b.Bytes()) {
		t.Error("docs/permissions.md is not what permissions.csv says: go test ./platform/office -run TestPermissionsPage -update")
	}
}

func TestPrint(t *testing.T) {
	var text, table bytes.Buffer
	if err := Standard().WriteText(&text, words.English); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text.String(), "\n"); n != len(Standard().Acts()) {
		t.Errorf("%d lines of %d acts", n, len(Standard().Acts()))
	}
	if err := Standard().WriteCSV(&table); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(rows) != len(Permissions())+1 {
		t.Errorf("%d lines of %d permissions, %v", len(rows), len(Permissions()), err)
	}
}
