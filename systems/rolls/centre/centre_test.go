package centre

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

func TestWords(t *testing.T) {
	webtest.Templates(t, catalogue, "centre.", files, webtest.Code(t))
}

// TestScriptsSay: each text that a script asks for is in the catalogue, and none is there
// that no script asks for.
func TestScriptsSay(t *testing.T) {
	asked := regexp.MustCompile(`(?:say|wrong)\((?:[a-z0-9_"]+, )?[^)]*?"([a-z_]+)"`)
	var scripts strings.Builder
	for _, name := range []string{"fill.js", "send.js", "centre.js"} {
		text, err := files.ReadFile("assets/" + name)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(text)
	}
	for _, m := range asked.FindAllStringSubmatch(scripts.String(), -1) {
		if key := m[1]; !catalogue.Has(said+key) && !strings.HasSuffix(key, "_") && !strings.Contains(scripts.String(), `wrong("`+key+`"`) {
			t.Errorf("a script says %q, which the catalogue lacks", key)
		}
	}
	for _, key := range texts() {
		short := strings.TrimPrefix(key, said)
		if !strings.Contains(scripts.String(), `"`+short+`"`) && !strings.HasPrefix(short, "state_") && !strings.HasPrefix(short, "field_") {
			t.Errorf("no script says %q", short)
		}
	}
}

// acting is a gate that lets an officer act.
type acting struct{ by office.Acting }

func (acting) Knows(act web.Act) bool { return office.Known(act) }

func (a acting) Admit(_ http.ResponseWriter, r *http.Request, _ web.Route) (*http.Request, bool) {
	return r.WithContext(office.With(r.Context(), a.by)), true
}

type desk struct {
	testing.TB
	w *claimtest.World
	c *Centre
}

func open(t testing.TB, db *database.DB) *desk {
	w := claimtest.Open(t, db)
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	w.Calendar.Set(phase.Claims, w.Now())
	return &desk{t, w, New(Config{DB: db, Book: w.Book, Keys: w.Keys, Rolls: w.Roll, Claims: w.Claims, Phases: w.Calendar})}
}

func (d *desk) ask(by office.Acting, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	web.New(web.Config{Gate: acting{by}}, d.c.Routes()).ServeHTTP(w, r)
	return w
}

// send sends claims and gives what became of each.
func (d *desk) send(by office.Acting, claims ...string) []result {
	d.Helper()
	w := d.ask(by, http.MethodPost, "/rolls/centre/claims", `{"claims":[`+strings.Join(claims, ",")+`]}`)
	var out struct{ Claims []result }
	if err := json.Unmarshal(w.Body.Bytes(), &out); w.Code != http.StatusOK || err != nil || len(out.Claims) != len(claims) {
		d.Fatalf("%d %s", w.Code, w.Body)
	}
	return out.Claims
}

func paper(t testing.TB) string {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

func (d *desk) enrolment(n int, at time.Time) string {
	return fmt.Sprintf(`{"device":"device-claim-%08d","filled":%q,"form":15,"claimant":{"cnic":"%s","name_en":"Ghulam Fatima %d","name_ur":"","telephone":"03001234567","language":"ur"},
		"card":{"block":"%v","parent_en":"Allah Ditta","parent_ur":"","relation":"father","born":"1984-07-23","sex":"F","which":"permanent","address_en":"House 3","address_ur":""},
		"documents":[{"what":"card","content":%q}]}`, n, at.Format(time.RFC3339), claimtest.Number(n).Reveal(), n, claimtest.Kasur1, paper(d))
}

func TestBatch(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		d := open(t, db)
		now := d.w.Now()
		d.w.Voter(t, 2, claimtest.Kasur2)
		d.w.Pass(time.Hour)

		// Of three one is broken and one contradicts the roll: the others come in all the same.
		got := d.send(d.w.Operator, d.enrolment(1, d.w.Now()), `{"device":"device-claim-00000009","form":15,"more":1}`, d.enrolment(2, now.Add(-time.Hour)))
		if got[0].Outcome != received || got[0].Number[:3] != "15-" || got[0].Track == "" {
			t.Errorf("the first: %+v", got[0])
		}
		if got[1].Outcome != refused || got[1].Problems[0].Code != "wrong_claim" || got[1].Problems[0].Ur == "" {
			t.Errorf("the broken one: %+v", got[1])
		}
		if got[2].Outcome != conflict || got[2].Conflicts[0].Code != "entry_changed" || got[2].Roll == nil || got[2].Roll.NameEn != "Ghulam Fatima 2" {
			t.Errorf("the one that was overtaken: %+v %+v", got[2], got[2].Roll)
		}
		again := d.send(d.w.Operator, d.enrolment(1, d.w.Now()))
		if again[0].Outcome != received || !again[0].Again || again[0].Number != got[0].Number {
			t.Errorf("sent again: %+v", again[0])
		}
		if second := d.send(d.w.Operator, strings.Replace(d.enrolment(1, d.w.Now()), "device-claim-00000001", "device-claim-10000001", 1)); second[0].Outcome != conflict || second[0].Conflicts[0].Code != "open_claim" {
			t.Errorf("another of the same person: %+v", second[0])
		}
		if other := d.send(d.w.Stranger, d.enrolment(3, d.w.Now())); other[0].Outcome != refused || other[0].Problems[0].Code != "forbidden" {
			t.Errorf("by an officer of another district: %+v", other[0])
		}
		if old := d.send(d.w.Operator, d.enrolment(4, d.w.Now().AddDate(0, -2, 0))); old[0].Outcome != refused || old[0].Problems[0].Code != "clock" {
			t.Errorf("filled in long ago: %+v", old[0])
		}
		d.w.Calendar.Set(phase.Continuous, d.w.Now())
		if closed := d.send(d.w.Operator, d.enrolment(5, d.w.Now())); closed[0].Outcome != refused || closed[0].Problems[0].Code != "phase" || !strings.Contains(closed[0].Problems[0].En, "21") {
			t.Errorf("when form 15 is not taken: %+v", closed[0])
		}
	})
}

func TestOtherForms(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		d := open(t, db)
		e := d.w.Voter(t, 1, claimtest.Kasur1)
		d.w.Pass(time.Hour)
		at := d.w.Now().Format(time.RFC3339)
		got := d.send(d.w.Operator,
			fmt.Sprintf(`{"device":"device-objection-1","filled":%q,"form":16,"claimant":{"cnic":"%s","name_en":"Bashir","name_ur":"","telephone":"","language":""},"against":{"block":"%v","list":"F","serial":%d},"ground":"died"}`, at, claimtest.Number(7).Reveal(), claimtest.Kasur1, e.Serial),
			fmt.Sprintf(`{"device":"device-correction-1","filled":%q,"form":17,"claimant":{"cnic":"%s","name_en":"Fatima","name_ur":"","telephone":"","language":"ur"},"against":{"block":"%v"},"wishes":[{"field":"name_en","value":"Ghulam Fatima Bibi"}]}`, at, claimtest.Number(1).Reveal(), claimtest.Kasur1),
			fmt.Sprintf(`{"device":"device-correction-2","filled":%q,"form":17,"claimant":{"cnic":"%s","name_en":"Nobody","name_ur":"","telephone":"1234","language":"ur"},"against":{"block":"%v"},"wishes":[{"field":"colour","value":"red"}]}`, at, claimtest.Number(8).Reveal(), claimtest.Kasur1),
			`{"device":"device-of-no-form-1","form":18}`,
			fmt.Sprintf(`{"device":"device-continuous-1","filled":%q,"form":22,"claimant":{"cnic":"%s","name_en":"Bashir","name_ur":"","telephone":"","language":""},"against":{"block":"%v","list":"F","serial":%d},"ground":"died"}`, at, claimtest.Number(7).Reveal(), claimtest.Kasur1, e.Serial))
		if got[0].Outcome != received {
			t.Errorf("the objection: %+v", got[0])
		}
		if got[1].Outcome != conflict || got[1].Roll == nil {
			t.Errorf("the correction, with an objection open: %+v", got[1])
		}
		if got[2].Outcome != refused || got[2].Problems[0].Field != "telephone" {
			t.Errorf("the wrong telephone: %+v", got[2])
		}
		if got[3].Outcome != refused || got[3].Problems[0].Code != "wrong_form" {
			t.Errorf("form 18: %+v", got[3])
		}
		if got[4].Outcome != refused || got[4].Problems[0].Code != "phase" {
			t.Errorf("form 22 during display: %+v", got[4])
		}
	})
}

func TestDevice(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		d := open(t, db)
		key := func(by office.Acting, device string) opened {
			w := d.ask(by, http.MethodPost, "/rolls/centre/device", `{"device":"`+device+`"}`)
			var o opened
			if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil || w.Code != http.StatusOK || len(o.Key) != 44 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return o
		}
		first := key(d.w.Operator, "a-device-of-its-own")
		if again := key(d.w.Operator, "a-device-of-its-own"); again != first {
			t.Error("the key is another the second time")
		}
		if key(d.w.Operator, "another-device-here").Key == first.Key || key(d.w.Officer, "a-device-of-its-own").Key == first.Key {
			t.Error("two devices, or two officers, have the same key")
		}
		if w := d.ask(d.w.Operator, http.MethodPost, "/rolls/centre/device", `{"device":"short"}`); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a short id: %d", w.Code)
		}
		w := d.ask(d.w.Operator, http.MethodGet, "/rolls/centre/blocks", "")
		if !strings.Contains(w.Body.String(), claimtest.Kasur1.String()) || strings.Contains(w.Body.String(), claimtest.Lahore.String()) {
			t.Errorf("blocks of the display centre: %s", w.Body)
		}
		for _, path := range []string{"/rolls/centre?lang=en", "/rolls/centre?lang=ur", "/rolls/centre/worker.js", "/rolls/centre/app.webmanifest?lang=en"} {
			if w := d.ask(d.w.Operator, http.MethodGet, path, ""); w.Code != http.StatusOK {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
	})
}

// FuzzBatch: whatever comes is answered with one outcome a claim or as a problem, and
// never as a fault of the program.
func FuzzBatch(f *testing.F) {
	db, err := database.Open(f.Context(), f.TempDir()+"/records.sqlite")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	d := open(f, db)
	whole := d.enrolment(1, d.w.Now())
	for _, seed := range []string{"", "{}", `{"claims":[]}`, `{"claims":[1,null,"x",[]]}`, `{"claims":[` + whole + `]}`, `{"claims":[` + whole + `,` + whole + `]}`,
		`{"claims":[` + strings.Replace(whole, `"form":15`, `"form":16,"against":{"serial":-1,"list":"Q"}`, 1) + `]}`, `{"claims":[` + strings.Replace(whole, "1984-07-23", "۱۹۸۴", 1) + `]}`,
		`{"claims":[{"device":"device-claim-00000001","form":17,"filled":"2026-03-01T07:00:00Z","claimant":{"cnic":"3510200000001","name_en":"\u0000\u202e"},"wishes":[{"field":"born","value":"0"},{"field":"born","value":"1"}]}]}`,
		`{"claims":[{"device":"device-claim-00000002","form":15,"documents":[{"what":"card","content":"AAAA"}]}]}`, "{\"claims\":[\"\xff\"]}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := d.ask(d.w.Operator, http.MethodPost, "/rolls/centre/claims", string(body))
		if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w.Code == http.StatusOK {
			var out struct{ Claims []result }
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
			for _, r := range out.Claims {
				if r.Outcome == failed {
					t.Errorf("failed: %+v", r)
				}
			}
		}
	})
}
