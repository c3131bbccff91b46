package desk

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/officetest"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/anomaly"
	"intikhab/test/databases"
)

func TestWords(t *testing.T) { webtest.Templates(t, catalogue, "anomaly.", files, webtest.Code(t)) }

const kasur, lahore = geography.BlockCode(183010203), geography.BlockCode(184010101)

// site is the pages over two blocks, each with a voter of 122 and forty at one household.
type site struct {
	t       *testing.T
	c       *officetest.Commission
	found   *anomaly.Store
	handler http.Handler
	who     office.Acting
	nudged  int
}

func start(t *testing.T, db *database.DB) *site {
	t.Helper()
	s := &site{t: t, c: officetest.Open(t, db)}
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, anomaly.Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	roll := rolls.NewStore(s.c.Keys, s.c.Now)
	s.c.Update(t, func(tx *database.Tx) error {
		if err := roll.PutBlocks(tx, []rolls.Block{{Code: kasur, NameEn: "Chak 1", NameUr: "چک ۱", DistrictEn: "Kasur", NA: "NA-131", PA: "PP-175"},
			{Code: lahore, NameEn: "Gulberg", NameUr: "گلبرگ", DistrictEn: "Lahore", NA: "NA-118", PA: "PP-145"}}); err != nil {
			return err
		}
		for i := range 82 {
			p := rolls.Particulars{CNIC: number(t, i), NameEn: "Safdar Ali", NameUr: "صفدر علی", Born: rolls.Date{Year: 1980, Month: 1, Day: 1},
				Family: fmt.Sprintf("FAM%d", i%2), Permanent: rolls.Address{En: fmt.Sprintf("House %d", i)}}
			if i < 2 {
				p.Born, p.Family = rolls.Date{Year: 1903}, ""
			}
			if _, err := roll.Add(tx, []geography.BlockCode{kasur, lahore}[i%2], geography.Male, p, "claim:1"); err != nil {
				return err
			}
		}
		return nil
	})
	s.found = anomaly.New(anomaly.Config{DB: db, Roll: roll})
	handler := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)},
		New(Config{DB: db, Book: s.c.Book, Roll: roll, Found: s.found, Nudge: func() { s.nudged++ }, Log: slog.New(slog.DiscardHandler)}).Routes())
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(office.With(r.Context(), s.who)))
	})
	return s
}

func number(t *testing.T, i int) cnic.Number {
	t.Helper()
	n, err := cnic.Parse(fmt.Sprintf("35102%07d1", i+1))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *site) ask(method, path string, form url.Values, want int) string {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != want {
		s.t.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, want, w.Body)
	}
	return w.Body.String()
}

func (s *site) ids(k anomaly.Kind) (kasurs, lahores string) {
	s.c.View(s.t, func(tx *database.Tx) error {
		all, _, err := s.found.List(tx, anomaly.Query{Kind: k, Areas: []area.Area{area.Country}, Limit: 10})
		for _, one := range all {
			if one.Block == kasur {
				kasurs = one.ID
			} else {
				lahores = one.ID
			}
		}
		return err
	})
	return kasurs, lahores
}

// TestPages has an officer go through what was found, see whom it is about, and write a
// finding, in both languages.
func TestPages(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		s := start(t, db)
		s.who = s.c.Appoint(t, office.SecretariatOfficer, "secretariat")
		if page := s.ask("GET", "/rolls/anomalies?lang=en", nil, 200); !strings.Contains(page, "not gone through yet") {
			t.Errorf("before the first pass:\n%s", page)
		}
		s.ask("POST", "/rolls/anomalies/run", url.Values{"reason": {""}}, 422)
		s.ask("POST", "/rolls/anomalies/run", url.Values{"reason": {"before the revision"}}, 303)
		if page := s.ask("GET", "/rolls/anomalies?lang=en", nil, 200); s.nudged != 1 || !strings.Contains(page, "begins shortly") {
			t.Errorf("after it was asked for, nudged %d times:\n%s", s.nudged, page)
		}
		s.c.Pass(1e9)
		if _, err := s.found.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		personal := []string{"Safdar", "صفدر", "0000001", "House 1"}
		old, _ := s.ids(anomaly.TooOld)
		home, _ := s.ids(anomaly.Households)
		for _, lang := range words.Languages {
			text := func(key string) string { return catalogue.Text(lang, key) }
			for _, k := range anomaly.Kinds() {
				page := s.ask("GET", "/rolls/anomalies/"+string(k)+"?lang="+string(lang), nil, 200)
				if !strings.Contains(page, text("anomaly.kind."+string(k))) {
					t.Errorf("%s: %s without its name", lang, k)
				}
			}
			all := s.ask("GET", "/rolls/anomalies?lang="+string(lang), nil, 200) + s.ask("GET", "/rolls/anomalies/too-old/"+old+"?lang="+string(lang), nil, 200) +
				s.ask("GET", "/rolls/anomalies/gender-seats/NA-118?lang="+string(lang), nil, 200) + s.ask("GET", "/rolls/anomalies/no-station/183010203?lang="+string(lang), nil, 200) +
				s.ask("GET", "/rolls/anomalies/households/"+home+"?lang="+string(lang), nil, 200) + s.ask("GET", "/rolls/anomalies/too-old/list.csv", nil, 200)
			for _, one := range personal {
				if strings.Contains(all, one) {
					t.Errorf("%s: a page has %q", lang, one)
				}
			}
			for _, want := range []string{"123", text("anomaly.chart.ages"), text("anomaly.decide"), "NA-118", "too-old," + old + ",183010203,district:kasur"} {
				if want != text("anomaly.decide") && !strings.Contains(all, want) {
					t.Errorf("%s: the pages are without %q", lang, want)
				}
			}
		}
		s.ask("GET", "/rolls/anomalies/nonsense", nil, 404)
		s.ask("GET", "/rolls/anomalies/too-old/999", nil, 404)
		s.ask("POST", "/rolls/anomalies/households/"+home+"/persons", url.Values{"reason": {""}}, 422)
		seen := s.ask("POST", "/rolls/anomalies/households/"+home+"/persons?lang=en", url.Values{"reason": {"a complaint"}}, 200)
		if strings.Count(seen, "35102-*******-*") != 40 || strings.Contains(seen, "صفدر") || strings.Contains(seen, "0000003") {
			t.Errorf("the persons of a household:\n%s", seen)
		}
		var rows int
		s.c.View(t, func(tx *database.Tx) error {
			return tx.QueryRow(`SELECT COUNT(*) FROM audit_row WHERE act = ?`, string(anomaly.ActPersons)).Scan(&rows)
		})
		if rows != 1 {
			t.Errorf("%d rows of the audit trail tell that somebody saw them", rows)
		}
	})
}

// TestJurisdiction: an officer of one district sees nothing of another, and writes findings
// on his own only; one with a finding is told so to whoever was slower.
func TestJurisdiction(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		s := start(t, db)
		if _, err := s.found.Run(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		mine, other := s.ids(anomaly.TooOld)
		s.who = s.c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		for _, k := range []anomaly.Kind{anomaly.TooOld, anomaly.NoStation, anomaly.WomenSeat} {
			page := s.ask("GET", "/rolls/anomalies/"+string(k)+"?lang=en", nil, 200) + s.ask("GET", "/rolls/anomalies/"+string(k)+"/list.csv", nil, 200)
			if strings.Contains(page, lahore.String()) || strings.Contains(page, "NA-118") || !strings.Contains(page, kasur.String()) && !strings.Contains(page, "NA-131") {
				t.Errorf("the list of %s for Kasur:\n%s", k, page)
			}
		}
		s.ask("GET", "/rolls/anomalies/too-old/"+other, nil, 403)
		finding := url.Values{"finding": {"visit"}, "reason": {"somebody goes there"}, "version": {"1"}}
		s.ask("POST", "/rolls/anomalies/too-old/"+other+"/finding", finding, 403)
		s.ask("POST", "/rolls/anomalies/too-old/"+other+"/persons", url.Values{"reason": {"curious"}}, 403)
		s.ask("POST", "/rolls/anomalies/too-old/"+mine+"/finding", url.Values{"finding": {"visit"}, "version": {"1"}}, 422)
		s.ask("POST", "/rolls/anomalies/too-old/"+mine+"/finding", finding, 303)
		s.ask("POST", "/rolls/anomalies/too-old/"+mine+"/finding", finding, 409)
		if page := s.ask("GET", "/rolls/anomalies/too-old/"+mine+"?lang=en", nil, 200); !strings.Contains(page, "somebody goes there") {
			t.Errorf("the finding is not shown:\n%s", page)
		}
		if page := s.ask("GET", "/rolls/anomalies/too-old?lang=en&finding=open", nil, 200); strings.Contains(page, kasur.String()) {
			t.Errorf("one with a finding is listed as open:\n%s", page)
		}
		s.ask("POST", "/rolls/anomalies/run", url.Values{"reason": {"x"}}, 403)
	})
}
