package door

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

func TestWords(t *testing.T) {
	webtest.Templates(t, catalogue, "door.", files, webtest.Code(t))
}

// citizen is somebody at a browser without scripts.
type citizen struct {
	*testing.T
	w      *claimtest.World
	site   *httptest.Server
	client *http.Client
	lang   words.Language
	log    *bytes.Buffer
	page   string // what the last answer was
	at     string // its path
	status int
}

func open(t *testing.T, db *database.DB) (*claimtest.World, func(*testing.T, words.Language) *citizen) {
	w := claimtest.Open(t, db)
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	logger := slog.New(slog.NewTextHandler(log, nil))
	d := New(Config{DB: db, Keys: w.Keys, Rolls: w.Roll, Claims: w.Claims, Phases: w.Calendar, Codes: w.Codes, Now: w.Now, Log: logger})
	site := httptest.NewServer(web.New(web.Config{Gate: office.Door(office.Anyone), Log: logger}, d.Routes()))
	t.Cleanup(site.Close)
	return w, func(t *testing.T, lang words.Language) *citizen {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		return &citizen{T: t, w: w, site: site, client: &http.Client{Jar: jar}, lang: lang, log: log}
	}
}

func (c *citizen) keep(r *http.Response, err error) string {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	c.page, c.at, c.status = string(body), r.Request.URL.Path, r.StatusCode
	return c.page
}

func (c *citizen) get(path string) string {
	c.Helper()
	return c.keep(c.client.Get(c.site.URL + path + "?lang=" + string(c.lang)))
}

// send posts a form as a browser does.
func (c *citizen) send(path string, pairs ...string) string {
	c.Helper()
	values := url.Values{"do": {"send"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return c.post(path, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

func (c *citizen) post(path, kind string, body io.Reader) string {
	c.Helper()
	r, err := http.NewRequest(http.MethodPost, c.site.URL+path+"?lang="+string(c.lang), body)
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.keep(c.client.Do(r))
}

// upload sends a file.
func (c *citizen) upload(path string, content []byte, pairs ...string) string {
	c.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := m.WriteField(pairs[i], pairs[i+1]); err != nil {
			c.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", "card.jpg")
	if err != nil {
		c.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		c.Fatal(err)
	}
	if err := m.Close(); err != nil {
		c.Fatal(err)
	}
	return c.post(path, m.FormDataContentType(), &body)
}

func picture(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 25)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// is checks where the citizen is.
func (c *citizen) is(path string) {
	c.Helper()
	if c.at != path || c.status >= 400 {
		c.Fatalf("at %s (%d), want %s:\n%s", c.at, c.status, path, plain(c.page))
	}
}

var tags_ = regexp.MustCompile(`(?s)<(?:script|style|svg).*?</(?:script|style|svg)>|<[^>]*>`)

func plain(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	return strings.Join(strings.Fields(tags_.ReplaceAllString("<"+page, " ")), " ")
}

func (c *citizen) says(texts ...string) {
	c.Helper()
	for _, text := range texts {
		if !strings.Contains(plain(c.page), text) {
			c.Errorf("%s does not say %q:\n%s", c.at, text, plain(c.page))
		}
	}
}

func kasur(t testing.TB) string {
	for _, a := range area.All() {
		if strings.HasPrefix(a.String(), "district:") && strings.Contains(strings.ToLower(a.String()), "kasur") {
			return a.String()
		}
	}
	t.Fatal("no district of Kasur")
	return ""
}

// begin goes the way to the confirmed telephone.
func (c *citizen) begin(p purpose, n int, telephone string) {
	c.Helper()
	c.get("/voters")
	c.send("/voters", "purpose", string(p))
	c.is("/voters/place")
	c.send("/voters/place", "district", kasur(c.T), "near", "kot murad")
	c.is("/voters/area")
	c.send("/voters/area", "block", claimtest.Kasur1.String())
	c.is("/voters/needs")
	c.send("/voters/needs")
	c.is("/voters/card")
	c.send("/voters/card", "cnic", claimtest.Number(n).RevealDashed(), "telephone", telephone)
	c.is("/voters/code")
	c.send("/voters/code", "code", c.w.Code())
	c.is("/voters/name")
}

var numberOn = regexp.MustCompile(`[0-9]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// finish goes on from the documents to the receipt.
func (c *citizen) finish() receipt.Number {
	c.Helper()
	c.is("/voters/documents")
	c.upload("/voters/documents", picture(c), "what", "card", "do", "send")
	c.is("/voters/documents")
	c.send("/voters/documents/done")
	c.is("/voters/check")
	c.send("/voters/check")
	c.is("/voters/receipt")
	n, err := receipt.Parse(numberOn.FindString(c.page))
	if err != nil {
		c.Fatal(err)
	}
	return n
}

func (c *citizen) enrol(n int, telephone string) receipt.Number {
	c.Helper()
	c.begin(toEnrol, n, telephone)
	c.send("/voters/name", "name_ur", "غلام فاطمہ", "name_en", "Ghulam Fatima", "relation", "father", "parent_en", "Allah Ditta")
	c.is("/voters/birth")
	c.send("/voters/birth", "born-day", "23", "born-month", "7", "born-year", "1984", "sex", "F")
	c.is("/voters/address")
	c.send("/voters/address", "which", "temporary", "address_ur", "مکان 3، کوٹ مراد خان")
	return c.finish()
}

func (c *citizen) follow(n receipt.Number, person int) {
	c.Helper()
	c.get("/voters/claim/" + string(n))
	c.send("/voters/claim", "number", strings.ToLower(string(n)), "cnic", claimtest.Number(person).Reveal())
	c.is("/voters/claim/code")
	c.send("/voters/claim/code", "code", c.w.Code())
	c.is("/voters/claim/state")
}

func TestWholeWay(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w, citizen := open(t, db)
		for i, lang := range words.Languages {
			t.Run(string(lang), func(t *testing.T) {
				c := citizen(t, lang)
				person := 10 + i
				n := c.enrol(person, "0300765432"+string('1'+rune(i)))
				if n.Form() != 21 {
					t.Errorf("form %d between revisions", n.Form())
				}
				if c.get("/voters/receipt.pdf"); !strings.HasPrefix(c.page, "%PDF-") {
					t.Error("the receipt is no PDF")
				}
				if dir := os.Getenv("INTIKHAB_SCREENSHOTS"); dir != "" {
					if err := os.WriteFile(filepath.Join(dir, "rolls-receipt-"+string(lang)+".pdf"), []byte(c.page), 0o644); err != nil {
						t.Error(err)
					}
				}
				c.get("/voters/name") // what was sent is not asked again
				c.is("/voters/receipt")

				w.Pass(2 * time.Minute)
				c.follow(n, person)
				c.says(string(n), catalogue.Text(lang, "claim.state.received"))

				w.Update(t, func(tx *database.Tx) error { return w.Claims.Return(tx, w.Officer, n, 1, "a copy of the back") })
				c.get("/voters/claim/state")
				c.says("a copy of the back")
				c.upload("/voters/claim/complete", picture(t), "text", "Here it is", "what", "card", "do", "send")
				c.is("/voters/claim/state")
				c.says(catalogue.Text(lang, "door.notice.complete"))

				w.Update(t, func(tx *database.Tx) error {
					return w.Claims.Decide(tx, w.Officer, n, 3, 0, claim.Decision{Outcome: claim.Rejected, Reasons: "the house is empty"})
				})
				c.get("/voters/claim/state")
				c.says("the house is empty", catalogue.Text(lang, "door.appeal.title"))
				c.send("/voters/claim/appeal", "text", "It is not")
				c.is("/voters/claim/state")
				c.says(catalogue.Text(lang, "claim.state.appealed"))

				c.send("/voters/leave")
				c.get("/voters/claim/state")
				c.is("/voters/claim")
				nothingPersonal(c)
			})
		}
	})
}

// nothingPersonal checks that the log has no number of a person or a telephone.
func nothingPersonal(c *citizen) {
	c.Helper()
	for _, secret := range []string{claimtest.Number(10).Reveal(), claimtest.Number(10).RevealDashed(), "7654321", "Fatima"} {
		if strings.Contains(c.log.String(), secret) {
			c.Errorf("the log has %q", secret)
		}
	}
}

func TestOtherPurposes(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w, citizen := open(t, db)
		w.Voter(t, 1, claimtest.Kasur2)
		w.Voter(t, 2, claimtest.Kasur1)

		c := citizen(t, words.English)
		c.begin(toCorrect, 1, "03001111111")
		c.send("/voters/name", "name_en", "Ghulam Fatima")
		c.is("/voters/wishes")
		c.send("/voters/wishes")
		c.says(catalogue.Text(words.English, "door.wrong.wishes"))
		c.send("/voters/wishes", "name_en", "Ghulam Fatima Bibi", "born-day", "1", "born-month", "2", "born-year", "1985")
		if n := c.finish(); n.Form() != 23 {
			t.Errorf("form %d", n.Form())
		}

		w.Calendar.Set(phase.Claims, w.Now())
		c = citizen(t, words.Urdu)
		c.begin(toObject, 3, "03002222222")
		c.send("/voters/name", "name_en", "Bashir Ahmad")
		c.is("/voters/against")
		c.send("/voters/against", "ground", "died")
		c.says(catalogue.Text(words.Urdu, "door.wrong.against"))
		c.send("/voters/against", "ground", "died", "list", "F", "serial", "1")
		n := c.finish()
		if n.Form() != 16 {
			t.Errorf("form %d during display", n.Form())
		}
		w.Pass(2 * time.Minute)
		c.follow(n, 3)
		c.send("/voters/claim/withdraw", "text", "I was wrong")
		c.is("/voters/claim/state")
		c.says(catalogue.Text(words.Urdu, "claim.state.withdrawn"))
	})
}

func TestClosed(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w, citizen := open(t, db)
		w.Calendar.Set(phase.Draft, w.Now())
		c := citizen(t, words.English)
		c.send("/voters", "purpose", "enrol")
		c.send("/voters/place", "district", kasur(t), "near", "")
		c.send("/voters/area", "block", claimtest.Kasur1.String())
		c.is("/voters/needs")
		c.says(catalogue.Text(words.English, "door.needs.closed"), "section 37")
		if c.send("/voters/needs"); c.status != http.StatusConflict {
			t.Errorf("sent all the same: %d", c.status)
		}
		if c.get("/voters/card"); c.at != "/voters/needs" {
			t.Errorf("led to %s", c.at)
		}
	})
}

// TestStrangerLearnsNothing: whoever has a CNIC and any telephone sees the same pages,
// whether that person is on the roll, and whether a claim is there.
func TestStrangerLearnsNothing(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		w, citizen := open(t, db)
		w.Voter(t, 1, claimtest.Kasur2)
		receipts := []string{}
		for i, person := range []int{1, 2} { // the first is on the roll
			c := citizen(t, words.English)
			n := c.enrol(person, "0300333333"+string('1'+rune(i)))
			receipts = append(receipts, numberOn.ReplaceAllString(plain(c.page), "NUMBER"))
			w.Pass(2 * time.Minute)
			c.follow(n, person)
			receipts = append(receipts, numberOn.ReplaceAllString(plain(c.page), "NUMBER"))
			w.Pass(-2 * time.Minute)
		}
		if receipts[0] != receipts[2] {
			t.Errorf("the receipts differ:\n%s\n%s", receipts[0], receipts[2])
		}
		if receipts[1] != receipts[3] {
			t.Errorf("the claims differ:\n%s\n%s", receipts[1], receipts[3])
		}

		var pages []string
		n := citizen(t, words.English).enrol(3, "03004444444")
		for _, ask := range [][2]string{{string(n), claimtest.Number(4).Reveal()}, {string(receipt.New(21)), claimtest.Number(3).Reveal()}} {
			c, sent := citizen(t, words.English), w.Sent()
			c.send("/voters/claim", "number", ask[0], "cnic", ask[1])
			c.is("/voters/claim/code")
			pages = append(pages, plain(c.page))
			if w.Sent() != sent {
				t.Error("a code was sent for somebody else's claim")
			}
			c.send("/voters/claim/code", "code", "123456")
			if c.at != "/voters/claim/code" || c.status != http.StatusUnprocessableEntity {
				t.Errorf("a guess leads to %s (%d)", c.at, c.status)
			}
			c.get("/voters/claim/state")
			c.is("/voters/claim/code")
		}
		w.Pass(2 * time.Minute)
		c := citizen(t, words.English)
		c.send("/voters/claim", "number", string(n), "cnic", claimtest.Number(3).Reveal())
		if pages[0] != pages[1] || plain(c.page) != pages[0] {
			t.Error("whether there is such a claim shows")
		}
	})
}

func TestLimits(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		_, citizen := open(t, db)
		c := citizen(t, words.English)
		for range Standard().PerCNIC {
			c.send("/voters/claim", "number", string(receipt.New(21)), "cnic", claimtest.Number(1).Reveal())
			c.is("/voters/claim/code")
		}
		if c.send("/voters/claim", "number", string(receipt.New(21)), "cnic", claimtest.Number(1).Reveal()); c.status != http.StatusTooManyRequests {
			t.Errorf("question %d is answered with %d", Standard().PerCNIC+1, c.status)
		}
	})
}
