package browser

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/door"
	"intikhab/systems/rolls/phase"
)

// openVoters serves the citizen's pages of a roll.
func openVoters(t *testing.T) (*claimtest.World, string) {
	t.Helper()
	db, err := database.Open(t.Context(), t.TempDir()+"/records.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := claimtest.Open(t, db)
	if err := door.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	d := door.New(door.Config{DB: db, Keys: w.Keys, Rolls: w.Roll, Claims: w.Claims, Phases: w.Calendar, Codes: w.Codes, Now: w.Now})
	site := httptest.NewServer(web.New(web.Config{Gate: office.Door(office.Anyone)}, d.Routes()))
	t.Cleanup(site.Close)
	return w, site.URL
}

func (p *person) votersSeen(name string) {
	p.Helper()
	p.accessible(p.script, p.site, p.lang)
	p.unclipped()
	p.light()
	p.picture("rolls-voters-" + name + "-" + p.lang + "-" + p.window.name)
}

// pick chooses a radio button by its value.
func (p *person) pick(name, value string) {
	p.Helper()
	p.do(chromedp.Click(chromedp.CSS(`input[name="` + name + `"][value="` + value + `"]`)))
}

const onward = `main form.form button.btn, main form[action*="needs"] button.btn`

func (p *person) goes(path string) {
	p.Helper()
	p.press(onward)
	if got := eval[string](p.tab, "location.pathname"); got != path {
		p.picture("lost")
		p.Fatalf("at %s, not at %s:\n%s", got, path, p.text("main"))
	}
}

var receiptOn = regexp.MustCompile(`\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// TestVotersWay: a citizen has the vote moved, on a telephone without scripts in Urdu and
// at a desk in English, gets the receipt, and follows the claim until it is heard.
func TestVotersWay(t *testing.T) {
	script := axe(t)
	for i, lang := range []string{"en", "ur"} {
		t.Run(lang, func(t *testing.T) {
			w, site := openVoters(t)
			p := &person{tab: chromium(t, chromedp.WithNewBrowserContext()), site: site, script: script, lang: lang, window: windows[1-i], plain: lang == "ur"}
			p.watch()
			p.resize(p.window)
			p.visit("/voters")
			p.press(onward) // nothing was chosen
			p.find(".error-summary")
			p.votersSeen("start")
			p.pick("purpose", "move")
			p.goes("/voters/place")
			p.votersSeen("place")
			district := ""
			for _, a := range area.All() {
				if strings.HasPrefix(a.String(), "district:") && strings.Contains(a.String(), "kasur") {
					district = a.String()
				}
			}
			p.write("district", district, "near", "kot")
			p.goes("/voters/area")
			p.votersSeen("area")
			p.pick("block", claimtest.Kasur1.String())
			p.goes("/voters/needs")
			p.votersSeen("needs")
			p.goes("/voters/card")
			p.write("cnic", "35102", "telephone", "0300 1234567")
			p.press(onward)
			p.find("#cnic-error")
			p.votersSeen("card")
			p.write("cnic", claimtest.Number(1).RevealDashed())
			p.goes("/voters/code")
			p.votersSeen("code")
			p.write("code", w.Code())
			p.goes("/voters/name")
			p.write("name_ur", "غلام فاطمہ", "name_en", "Ghulam Fatima", "parent_en", "Allah Ditta")
			p.pick("relation", "husband")
			p.votersSeen("name")
			p.goes("/voters/birth")
			p.write("born-day", "23", "born-month", "7", "born-year", "1984")
			p.pick("sex", "F")
			p.goes("/voters/address")
			p.pick("which", "temporary")
			p.write("address_ur", "مکان 3، گلی 4، کوٹ مراد خان")
			p.votersSeen("address")
			p.goes("/voters/documents")
			p.votersSeen("documents")
			eval[bool](p.tab, `(async () => { const c = document.createElement("canvas"); c.width = 300; c.height = 200;
				const blob = await new Promise(done => c.toBlob(done, "image/png")); const carry = new DataTransfer(); carry.items.add(new File([blob], "card.png", {type: "image/png"}));
				document.getElementById("what").value = "card"; document.getElementById("file").files = carry.files; return true; })()`)
			p.goes("/voters/documents")
			p.find(".documents li")
			p.press(`form[action*="documents/done"] button`)
			p.find(".summary")
			p.votersSeen("check")
			p.press(`form[action*="check"] button.btn`)
			p.find(".receipt-number")
			p.votersSeen("receipt")
			number := receipt.Number(receiptOn.FindString(p.text(".receipt-number")))

			w.Pass(5 * time.Minute)
			p.visit("/voters/claim/" + string(number))
			p.votersSeen("track")
			p.write("cnic", claimtest.Number(1).RevealDashed())
			p.goes("/voters/claim/code")
			p.votersSeen("track-code")
			p.write("code", w.Code())
			p.goes("/voters/claim/state")
			p.says("main", string(number))
			p.votersSeen("state")
			w.Update(t, func(tx *database.Tx) error { return w.Claims.Return(tx, w.Officer, number, 1, "نقل کی پشت") })
			p.visit("/voters/claim/state")
			p.votersSeen("returned")
			p.press(`a[href*="complete"]`)
			p.votersSeen("complete")
			p.visit("/voters/claim/withdraw")
			p.votersSeen("withdraw")
			p.press(`.leave button, main form.form .cancel`)
			p.press(`.leave button`)
			p.find(".said")

			w.Calendar.Set(phase.Draft, w.Now())
			p.pick("purpose", "enrol")
			p.goes("/voters/place")
			p.write("district", district, "near", claimtest.Kasur1.String())
			p.goes("/voters/area")
			p.pick("block", claimtest.Kasur1.String())
			p.goes("/voters/needs")
			p.votersSeen("closed")
		})
	}
}
