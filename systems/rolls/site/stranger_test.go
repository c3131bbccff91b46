package site

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/doubles"
)

// TestStranger tries every route of the pages as officers of another district, with every
// role that works on the rolls: what is one district's is refused, and lists are empty of
// it.
func TestStranger(t *testing.T) {
	each(t, func(d *desk) {
		a, b := d.Voter(d.T, 1, claimtest.Kasur1), d.Voter(d.T, 2, claimtest.Kasur2)
		d.Update(d.T, func(tx *database.Tx) error {
			_, err := d.doubles.Put(tx, doubles.Standard(), []doubles.Pair{{A: a.ID, B: b.ID, Blocks: [2]geography.BlockCode{a.Block, b.Block}, Score: 7}}, doubles.Figures{Voters: 2, Found: 1})
			return err
		})
		n := d.claim(claim.Form23, 1)
		document := d.document(string(n))
		values := strings.NewReplacer("{code}", "176010101", "{list}", "women", "{receipt}", string(n), "{pair}", pairText(a.ID, b.ID))
		path := func(p string) string {
			p = values.Replace(p)
			if strings.Contains(p, "/documents/") {
				return strings.ReplaceAll(p, "{id}", document)
			}
			return strings.ReplaceAll(p, "{id}", a.ID.String())
		}
		strangers := []office.Acting{d.Stranger,
			d.Appoint(d.T, office.RevisingAuthority, "district-lahore"), d.Appoint(d.T, office.AssistantRegistrationOfficer, "district-lahore"),
			d.Appoint(d.T, office.DistrictCommissioner, "district-lahore")}
		tried := 0
		for _, r := range d.site.Routes() {
			if r.Act == "page.asset" || r.Act == ActProof || !strings.Contains(r.Path, "{") {
				continue
			}
			form := url.Values{"reason": {"to look at it"}, "version": {"1"}, "entry": {"1"}, "outcome": {"rejected"}, "reasons": {"it is so"}, "checked": {"yes"}, "finding": {"two"}, "missing": {"all"},
				"notes": {"nobody came"}, "shares": {""}, "seen": {" to 1"}, "edition": {"0"}, "text": {"here"}, "side": {"claimant"}, "grounds": {"it is not so"}}
			for _, d.who = range strangers {
				request := httptest.NewRequest(r.Method, path(r.Path), strings.NewReader(form.Encode()))
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				request.Header.Set("Accept", "text/html")
				request.Header.Set("Sec-Fetch-Site", "same-origin")
				w := httptest.NewRecorder()
				d.handler.ServeHTTP(w, request)
				if tried++; w.Code != 403 && w.Code != 404 {
					d.Errorf("%s %s: %d to an officer of another district", r.Method, path(r.Path), w.Code)
				}
				d.lacks(w.Body.String(), "Ghulam Fatima", "غلام فاطمہ")
			}
		}
		if tried < 100 {
			d.Errorf("only %d requests were tried", tried)
		}
		d.who = d.Stranger
		d.has(d.get("/rolls/claims", 200), "There is no such claim")
		d.lacks(d.get("/rolls/blocks", 200), "176010101")
		d.has(d.get("/rolls/doubles", 200), "There is no such pair in your areas")
		d.has(d.post("/rolls/search", 200, "cnic", claimtest.Number(1).Reveal(), "reason", "to look at it"), "Nobody was found")
		d.lacks(d.get("/rolls", 200), "Kasur")
		d.who = office.Acting{}
		for _, p := range []string{"/rolls", "/rolls/blocks", "/rolls/search", "/rolls/claims", "/rolls/frozen", "/rolls/frozen/ask", "/rolls/doubles"} {
			d.get(p, 403)
		}
		d.get("/rolls/proof", 200)
	})
}

// document adds a picture to a claim, and gives its id.
func (d *desk) document(n string) (id string) {
	d.Helper()
	d.Update(d.T, func(tx *database.Tx) error {
		f, err := d.Claims.Read(tx, d.Officer, receiptOf(d.T, n), "a test")
		if err != nil {
			return err
		}
		if len(f.Documents) == 0 {
			if err := d.Claims.Return(tx, d.Officer, f.Number, f.Version, "a copy of the card"); err != nil {
				return err
			}
			one, err := attachment.Check(attachment.Card, picture(d.T))
			if err != nil {
				return err
			}
			if err := d.Claims.Complete(tx, d.Officer, f.Number, f.Version+1, "here it is", []attachment.Document{one}); err != nil {
				return err
			}
			if f, err = d.Claims.Read(tx, d.Officer, f.Number, "a test"); err != nil {
				return err
			}
		}
		id = f.Documents[0].ID
		return nil
	})
	return id
}
