package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/systems/rolls/centre"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/phase"
)

// A signedIn is a gate at which an operator has signed in, until the session is over.
type signedIn struct {
	by   office.Acting
	over *atomic.Bool
}

func (signedIn) Knows(act web.Act) bool { return office.Known(act) }

func (s signedIn) Admit(w http.ResponseWriter, r *http.Request, route web.Route) (*http.Request, bool) {
	switch {
	case route.Act == "page.asset" || !s.over.Load():
		return r.WithContext(office.With(r.Context(), s.by)), true
	case route.Machine:
		web.NewProblem(http.StatusUnauthorized, "unauthorized", "Not signed in", "Sign in.").Write(w, r)
	default:
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	}
	return nil, false
}

// A displayCentre is the server of one, which can be out of reach.
type displayCentre struct {
	*claimtest.World
	url  string
	over atomic.Bool // the session
	gone atomic.Bool // the network
}

func openCentre(t *testing.T) *displayCentre {
	t.Helper()
	db, err := database.Open(t.Context(), t.TempDir()+"/records.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &displayCentre{World: claimtest.Open(t, db)}
	if err := centre.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s.now()
	s.Calendar.Set(phase.Claims, s.Now())
	c := centre.New(centre.Config{DB: db, Book: s.Book, Keys: s.Keys, Rolls: s.Roll, Claims: s.Claims, Phases: s.Calendar})
	h := web.New(web.Config{Gate: signedIn{s.Operator, &s.over}}, c.Routes())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.gone.Load() { // the line is cut: nothing is answered at all
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				conn.Close()
			}
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// now sets the commission's clock to the browser's.
func (s *displayCentre) now() { s.Pass(max(0, time.Since(s.Now()))) }

// cut takes the network away from server, worker and page, or gives it back.
func (s *displayCentre) cut(p *person, gone bool) {
	p.Helper()
	s.gone.Store(gone)
	call(p.tab, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: gone, DownloadThroughput: -1, UploadThroughput: -1})
}

// claims counts what has come in, by device ids and altogether.
func (s *displayCentre) claims(t *testing.T) (n int) {
	t.Helper()
	s.View(t, func(tx *database.Tx) error {
		_, total, err := s.Claims.Find(tx, s.Operator, claim.Query{})
		n = total
		return err
	})
	return n
}

func (s *displayCentre) operator(t *testing.T, script, lang string, w window) *person {
	t.Helper()
	p := &person{tab: chromium(t), site: s.url, script: script, lang: lang, window: w}
	p.watch()
	p.resize(w)
	return p
}

// enrol fills a form 15 in and takes it; the slip is shown then.
func (p *person) enrol15(n int) {
	p.Helper()
	p.write("cnic", claimtest.Number(n).RevealDashed(), "name_en", fmt.Sprintf("Ghulam Fatima %d", n), "name_ur", "غلام فاطمہ", "telephone", "0300 1234567",
		"relation", "father", "parent_en", "Allah Ditta", "born-day", "۲۳", "born-month", "7", "born-year", "1984", "sex", "F", "which", "temporary",
		"block", claimtest.Kasur1.String(), "address_en", "House 3, Street 4", "address_ur", "مکان 3، گلی 4")
	eval[bool](p.tab, `(async () => { const c = document.createElement("canvas"); c.width = 2400; c.height = 1500; c.getContext("2d").fillRect(9, 9, 900, 700);
		const blob = await new Promise(done => c.toBlob(done, "image/png")); const carry = new DataTransfer(); carry.items.add(new File([blob], "card.png", {type: "image/png"}));
		const input = document.getElementById("paper"); input.files = carry.files; input.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`)
	p.find("#papers li")
	p.do(chromedp.Click(chromedp.CSS("#take")))
	p.find("#slip[open]")
}

func (p *person) closeSlip() {
	p.Helper()
	p.do(chromedp.Click(chromedp.CSS("#slip-close")))
	p.until(`!document.querySelector("#slip").open`)
}

// until waits for what an expression says.
func (p *person) until(expression string) {
	p.Helper()
	for range 1000 {
		if yes, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression)); yes && err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.picture("lost")
	p.Fatalf("never so: %s\n%s", expression, p.text("main"))
}

// queued waits until so many claims of the queue have a state.
func (p *person) queued(state string, n int) {
	p.Helper()
	p.until(`document.querySelectorAll('#queue [data-state="` + state + `"]').length === ` + strconv.Itoa(n))
}

func (p *person) centreSeen(name string) {
	p.Helper()
	p.accessible(p.script, p.site, p.lang)
	p.unclipped()
	p.light()
	p.picture("rolls-centre-" + name + "-" + p.lang + "-" + p.window.name)
}

// TestCentreOffline is a morning at a display centre: the page is opened, the network
// goes, three claims are taken, the browser is closed and opened again; the network comes
// back and the session is over; signed in again, all three come in, once, and one of them
// beside what the roll says.
func TestCentreOffline(t *testing.T) {
	script := axe(t)
	for i, lang := range []string{"en", "ur"} {
		t.Run(lang, func(t *testing.T) {
			s := openCentre(t)
			p := s.operator(t, script, lang, windows[i])
			p.visit("/rolls/centre")
			p.find("#work")
			p.until(`document.documentElement.dataset.kept === "yes"`)
			p.centreSeen("new")

			s.cut(p, true)
			p.do(chromedp.Click(chromedp.CSS("#take"))) // nothing is filled in
			p.find("#problems")
			p.centreSeen("problems")
			for n := 1; n <= 3; n++ {
				p.enrol15(n)
				if n == 1 {
					p.centreSeen("slip")
				}
				if got := p.text("#slip-number"); !strings.HasPrefix(got, "P-") {
					t.Errorf("the number without network is %q", got)
				}
				p.closeSlip()
			}
			p.queued("waiting", 3)
			if eval[bool](p.tab, `(async () => (await store.all()).some(i => JSON.stringify([...new Uint8Array(i.sealed.data)].map(b => String.fromCharCode(b)).join("")).includes("Fatima")))()`) {
				t.Error("a claim waits in the clear")
			}
			s.now()
			s.Pass(time.Second)
			s.Voter(t, 2, claimtest.Kasur2) // meanwhile the roll has her elsewhere

			p.do(chromedp.Navigate("about:blank")) // the page is closed
			again := s.operator(t, script, lang, windows[1-i])
			s.cut(again, true)
			again.visit("/rolls/centre")
			again.queued("waiting", 3)
			again.centreSeen("reopened")
			if n := s.claims(t); n != 0 {
				t.Errorf("%d claims have come in without network", n)
			}

			s.over.Store(true)
			s.cut(again, false)
			again.do(chromedp.Click(chromedp.CSS("#send")))
			again.find("#sign-in")
			again.queued("waiting", 3)
			again.centreSeen("session-over")

			s.over.Store(false)
			s.now()
			again.visit("/rolls/centre")
			again.queued("sent", 2)
			again.queued("conflict", 1)
			again.centreSeen("sent")
			again.says("#queue", "Ghulam Fatima 2", claimtest.Kasur2.String())
			if n := s.claims(t); n != 3 {
				t.Errorf("%d claims have come in, and 3 were taken", n)
			}

			// What was sent is sent once more, as when an answer gets lost: it comes in once.
			eval[bool](again.tab, `(async () => { for (const i of await store.all()) await store.keep({...i, state: "waiting"}); return true; })()`)
			again.do(chromedp.Click(chromedp.CSS("#send")))
			again.until(`!document.querySelector('#queue [data-state="waiting"]')`)
			if n := s.claims(t); n != 3 {
				t.Errorf("%d claims after they were sent again", n)
			}

			again.do(chromedp.Click(chromedp.CSS("#lock")))
			again.find("#locked")
			again.until(`document.querySelector("#work").checkVisibility() === false`)
		})
	}
}
