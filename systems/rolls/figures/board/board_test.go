package board

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/figures"
	"intikhab/systems/rolls/frozen"
	"intikhab/test/databases"
)

func TestWords(t *testing.T) {
	webtest.Templates(t, catalogue, "board.", files, webtest.Code(t))
}

// TestPages goes through the figures of two frozen rolls as anybody does, in both languages.
func TestPages(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, figures.Migrate} {
			if err := migrate(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
		now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
		roll := rolls.NewStore(vault.New(now), func() time.Time { return now })
		store := figures.New(db, roll)
		handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, New(Config{DB: db, Figures: store, Log: slog.New(slog.DiscardHandler)}).Routes())
		ask := func(path string, want int, headers ...string) *httptest.ResponseRecorder {
			t.Helper()
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Accept", "text/html")
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != want {
				t.Fatalf("%s: %d, want %d\n%s", path, w.Code, want, w.Body)
			}
			return w
		}
		if page := ask("/figures?lang=en", 200).Body.String(); !strings.Contains(page, "No roll has been frozen yet") {
			t.Errorf("without a roll:\n%s", page)
		}
		blocks := []rolls.Block{{Code: 183010203, DistrictEn: "Kasur", NA: "NA-131", PA: "PP-175"}, {Code: 184010101, DistrictEn: "Lahore", NA: "NA-118", PA: "PP-145"}}
		people := 0
		update := func(f func(tx *database.Tx) error) {
			t.Helper()
			if err := db.Update(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		freeze := func(id string, more int) {
			t.Helper()
			update(func(tx *database.Tx) error {
				for range more {
					people++
					n, err := cnic.Parse(fmt.Sprintf("35102%07d1", people))
					if err != nil {
						return err
					}
					list := []rolls.List{geography.Male, geography.Female}[people%2]
					if people == 5 {
						list = geography.X
					}
					if _, err := roll.Add(tx, blocks[people%7%2].Code, list, rolls.Particulars{CNIC: n, NameEn: "A", Born: rolls.Date{Year: 1950 + people%55}}, "feed:1"); err != nil {
						return err
					}
				}
				return nil
			})
			now = now.Add(time.Hour)
			p := store.Pass()
			if err := roll.Walk(t.Context(), db, rolls.Scope{}, p.See); err != nil {
				t.Fatal(err)
			}
			update(func(tx *database.Tx) error {
				return p.Keep(tx, frozen.Roll{ID: id, Kind: frozen.Frozen, Name: "Final roll " + id, Day: "2026-03-01", Voters: int64(people), Made: now})
			})
			now = now.Add(time.Hour)
		}
		update(func(tx *database.Tx) error { return roll.PutBlocks(tx, blocks) })
		freeze("ONE", 400)
		freeze("TWO", 60)
		for _, lang := range words.Languages {
			text := func(key string) string { return catalogue.Text(lang, key) }
			all := ask("/figures?lang="+string(lang), 200).Body.String()
			for _, level := range []string{"province", "district", "na", "pa", "nonsense"} {
				all += ask("/figures/TWO?lang="+string(lang)+"&level="+level, 200).Body.String()
			}
			all += ask("/figures/TWO/revision?lang="+string(lang), 200).Body.String()
			for _, want := range []string{"Final roll ONE", "NA-131", "PP-175", "460", text("board.hidden"), text("board.revision"), text("board.chart.gap"), text("board.chart.ages")} {
				if !strings.Contains(all, want) {
					t.Errorf("%s: the pages are without %q", lang, want)
				}
			}
		}
		ask("/figures/THREE", 404)
		ask("/figures/THREE.csv", 404)
		ask("/figures/ONE/revision", 404)
		file := ask("/figures/TWO.csv", 200)
		if c := file.Header().Get("Cache-Control"); !strings.Contains(c, "public") || file.Header().Get("ETag") == "" {
			t.Errorf("a file that never changes has %q, tag %q", c, file.Header().Get("ETag"))
		}
		ask("/figures/TWO.csv", 304, "If-None-Match", file.Header().Get("ETag"))
		rows, err := csv.NewReader(file.Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var open struct {
			Rows []struct {
				Area, List, Ages string
				Voters           *int64
				Suppressed       bool
			}
		}
		if err := json.Unmarshal(ask("/figures/TWO.json", 200).Body.Bytes(), &open); err != nil || len(open.Rows) != len(rows)-1 {
			t.Fatalf("%d rows of JSON, %d of CSV: %v", len(open.Rows), len(rows)-1, err)
		}
		hidden := 0
		for i, r := range rows[1:] {
			one, voters := open.Rows[i], ""
			if one.Voters != nil {
				voters = fmt.Sprint(*one.Voters)
			}
			if r[3] != one.Area || r[7] != one.List || r[8] != one.Ages || r[9] != voters || (r[9] == "") != one.Suppressed {
				t.Errorf("row %d of CSV is %v, of JSON %+v", i, r, one)
			}
			if r[9] == "" {
				hidden++
			} else if r[9] >= "1" && r[9] <= "4" && len(r[9]) == 1 {
				t.Errorf("a small number is told: %v", r)
			}
		}
		if hidden == 0 {
			t.Error("one person on the list of X, and nothing is hidden")
		}
	})
}
