package door

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim/claimtest"
)

// FuzzForms sends bytes as the form of each step, to a visit that has all steps answered:
// no answer is an error of the program, and none repeats a number that was not typed.
func FuzzForms(f *testing.F) {
	for _, seed := range []string{
		"purpose=enrol&do=send", "district=district%3Akasur&near=kot", "block=176010101", "cnic=35102-0000001-0&telephone=03001234567",
		"code=123456", "name_ur=%D8%BA&relation=father", "born-day=30&born-month=2&born-year=1984&sex=F", "which=posting&service=&address_ur=x",
		"name_en=a&born-year=99999", "their_cnic=1&list=M&serial=-1&ground=other", "number=21-K7M4-2QXP&cnic=%DB%B1", "text=%00", "a=%FF", "do=change", "do=later", "id=x",
	} {
		for i := range fuzzed {
			f.Add(uint8(i), []byte(seed))
		}
	}
	db, err := database.Open(f.Context(), f.TempDir()+"/records.sqlite")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	w := claimtest.Open(f, db)
	if err := Migrate(f.Context(), db); err != nil {
		f.Fatal(err)
	}
	d := New(Config{DB: db, Keys: w.Keys, Rolls: w.Roll, Claims: w.Claims, Phases: w.Calendar, Codes: w.Codes, Now: w.Now, Limits: Limits{1 << 40, 1 << 40, 1 << 40, 1 << 40, 1 << 40, 1 << 40}})
	h := web.New(web.Config{Gate: office.Door(office.Anyone)}, d.Routes())
	f.Fuzz(func(t *testing.T, at uint8, body []byte) {
		to := fuzzed[int(at)%len(fuzzed)]
		r := httptest.NewRequest(http.MethodPost, to, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		set := httptest.NewRecorder()
		w.Update(t, func(tx *database.Tx) error {
			_, err := d.visits.Begin(tx, set, httptest.NewRequest(http.MethodGet, "/voters", nil), whole(to))
			return err
		})
		r.AddCookie(set.Result().Cookies()[0])
		got := httptest.NewRecorder()
		h.ServeHTTP(got, r)
		if got.Code >= 500 {
			t.Fatalf("%s answers %d", to, got.Code)
		}
	})
}

var fuzzed = []string{"/voters", "/voters/place", "/voters/area", "/voters/needs", "/voters/card", "/voters/code", "/voters/name", "/voters/birth",
	"/voters/address", "/voters/wishes", "/voters/against", "/voters/documents", "/voters/documents/remove", "/voters/check", "/voters/claim",
	"/voters/claim/code", "/voters/claim/withdraw", "/voters/claim/appeal", "/voters/leave"}

// whole are the answers of somebody who has come as far as a page.
func whole(to string) answers {
	a := answers{Purpose: toEnrol, Form: 21, Passed: []string{"needs", "documents"}, Code: "nothing", Confirmed: true, Lang: words.English}
	switch to {
	case "/voters/wishes":
		a.Purpose, a.Form = toCorrect, 23
	case "/voters/against":
		a.Purpose, a.Form = toObject, 22
	case "/voters/code":
		a.Confirmed = false
	case "/voters/claim/code", "/voters/claim/withdraw", "/voters/claim/appeal":
		a.Track = &tracked{Number: "21-0000-0000", CNIC: claimtest.Number(1).Reveal()}
	}
	a.keep("place", map[string][]string{"district": {"district:kasur"}, "near": {""}})
	a.keep("area", map[string][]string{"block": {claimtest.Kasur1.String()}})
	a.keep("card", map[string][]string{"cnic": {claimtest.Number(1).Reveal()}, "telephone": {"03001234567"}})
	a.keep("name", map[string][]string{"name_en": {"Ghulam Fatima"}, "relation": {"father"}})
	a.keep("birth", map[string][]string{"born-day": {"1"}, "born-month": {"1"}, "born-year": {"1984"}, "sex": {"F"}})
	a.keep("address", map[string][]string{"which": {"permanent"}, "address_en": {"House 3"}})
	return a
}
