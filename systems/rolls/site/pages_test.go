package site

import (
	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"net/http/httptest"
	"strings"
	"testing"

	"intikhab/platform/sms"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/claimtest"
)

func msisdn(t *testing.T) sms.MSISDN {
	m, err := sms.ParseMSISDN("03001234567")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestPages goes through the pages of an officer of Kasur, in both languages.
func TestPages(t *testing.T) {
	each(t, func(d *desk) {
		e := d.Voter(d.T, 1, claimtest.Kasur1)
		other := d.Voter(d.T, 2, claimtest.Lahore)
		n := d.claim(claim.Form21, 7)
		page := d.get("/rolls", 200)
		d.has(page, "What waits for you", "Claims in your areas", "received", "Continuous enrolment", "District Kasur")
		page = d.get("/rolls/blocks", 200)
		d.has(page, "176010101", "Kot Murad Khan", "NA-131", "Continuous enrolment")
		d.lacks(page, "177020201", "Ghulam Fatima")
		d.lacks(d.get("/rolls/blocks?code=177", 200), "Anarkali")
		d.lacks(d.get("/rolls/blocks?seat=NA-118", 200), "Anarkali")
		d.has(d.get("/rolls/blocks?seat=PP-176&sort=-code", 200), "176010102")
		page = d.get("/rolls/blocks/176010101", 200)
		d.has(page, "1 additions", "never consolidated", "none yet")
		d.lacks(page, "Ghulam Fatima", "Split")

		d.has(d.get("/rolls/search", 200), "At most 20 entries")
		page = d.post("/rolls/search", 422, "name", "Ghulam Fatima", "reason", "claim "+string(n))
		d.has(page, "Choose the area")
		page = d.post("/rolls/search", 200, "name", "غلام فاطمہ", "where", "district:kasur", "reason", "claim "+string(n))
		d.has(page, "Ghulam Fatima 1", "Allah Ditta", "35102-*******-*", "176010101")
		d.lacks(page, "Ghulam Fatima 2", claimtest.Number(1).Reveal())
		page = d.post("/rolls/search", 200, "cnic", claimtest.Number(2).Reveal(), "reason", "she asked at the desk")
		d.has(page, "Nobody was found")
		d.post("/rolls/search", 422, "name", "Ghulam Fatima", "where", "district:lahore", "reason", "curious")
		d.post("/rolls/search", 403, "household", "1", "block", "177020201", "reason", "curious")
		page = d.post("/rolls/search", 200, "household", "1", "block", "176010101", "reason", "she asked at the desk")
		d.has(page, "Ghulam Fatima 1")

		path := "/rolls/voters/" + e.ID.String()
		d.lacks(d.get(path, 200), "Ghulam")
		d.lacks(d.post(path, 422, "reason", "x"), "Ghulam")
		page = d.post(path, 200, "reason", "claim "+string(n))
		d.has(page, "Ghulam Fatima 1", "غلام فاطمہ", "on the roll", "House 3", "23 July 1984")
		d.lacks(page, claimtest.Number(1).Reveal())
		d.photograph(path)
		d.get("/rolls/voters/"+other.ID.String(), 403)
		d.get("/rolls/voters/999", 404)
		d.get("/rolls/voters/x", 404)

		page = d.get("/rolls/claims?state=received", 200)
		d.has(page, string(n), "to be enrolled")
		d.lacks(page, "Nasreen Akhtar 7")
		d.lang = "ur"
		for _, path := range []string{"/rolls", "/rolls/blocks", "/rolls/search", path, "/rolls/claims", "/rolls/claims/" + string(n), "/rolls/frozen", "/rolls/doubles", "/rolls/proof", "/rolls/proof/check"} {
			d.lacks(d.get(path, 200), "site.", "<no value>")
		}
		trail := d.trail()
		for _, want := range []string{"rolls.search search:cnic", "rolls.search search:name", "rolls.entry voter:" + e.ID.String()} {
			if !contains(trail, want) {
				d.Errorf("the trail is without %q:\n%s", want, trail)
			}
		}
	})
}

func contains(text, part string) bool { return strings.Contains(text, part) }

// photograph gives the entry at a path a picture, and looks at it.
func (d *desk) photograph(path string) {
	d.Helper()
	d.get(path+"/photograph", 404)
	d.Update(d.T, func(tx *database.Tx) error {
		if err := d.Roll.PutPhotograph(tx, "picture", picture(d.T)); err != nil {
			return err
		}
		e, err := d.Roll.ByCNIC(tx, claimtest.Number(1))
		if err != nil {
			return err
		}
		p := e.Particulars
		p.Photograph, p.NameEn = "picture", "Ghulam Fatima Bibi"
		_, err = d.Roll.Correct(tx, e.ID, e.Version, p, rolls.Mistake, "claim:23")
		return err
	})
	w := d.send(httptest.NewRequest("GET", path+"/photograph", nil), 200)
	if w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Cache-Control") != "no-store" {
		d.Errorf("the picture came with %v", w.Header())
	}
	page := d.post(path, 200, "reason", "to see the change")
	d.has(page, "the roll had it wrong", "name in English: Ghulam Fatima 1, then Ghulam Fatima Bibi")
	if !strings.Contains(page, `src="`+path+`/photograph"`) {
		d.Error("the page does not show the picture")
	}
}
