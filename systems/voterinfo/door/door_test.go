package door

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/rollindex"
)

const (
	onRoll    = "4230112345671"
	notOnRoll = "1110111111111"
	tooOften  = "6110155555555"
	noRoll    = "5440122222229"
	token     = "a-token-of-twenty-letters"
)

var noon = time.Date(2027, 2, 8, 12, 0, 0, 0, time.UTC)

// fake is a service that remembers what it was asked.
type fake struct{ asked []voterinfo.Question }

func (f *fake) Answer(q voterinfo.Question) voterinfo.Answer {
	f.asked = append(f.asked, q)
	a := voterinfo.Answer{Language: q.Language}
	if a.Language == 0 {
		a.Language = voterinfo.Urdu
	}
	switch q.Text {
	case onRoll:
		a.Outcome, a.Text, a.Entry = voterinfo.Found, "بلاک کوڈ 440160404", entry()
	case notOnRoll:
		a.Outcome, a.Text = voterinfo.NotOnRoll, "Not on the roll."
	case tooOften:
		a.Outcome, a.RetryAt = voterinfo.Silent, noon.Add(90*time.Second)
	case noRoll:
		a.Outcome = voterinfo.NoRoll
	default:
		a.Outcome, a.Text = voterinfo.NotUnderstood, "Send 13 digits."
	}
	return a
}

func entry() rollindex.Entry {
	return rollindex.Entry{
		Block: 440160404, Gender: 1, Serial: 226, Household: 158,
		Area: &rollindex.Area{
			NameEn: "Sindhi Muslim Housing Society", NameUr: "سندھی مسلم ہاؤسنگ سوسائٹی", TehsilEn: "Ferozabad", TehsilUr: "فیروز آباد",
			DistrictEn: "Karachi East", DistrictUr: "کراچی شرقی", NA: "NA-245", PA: "PS-110",
		},
		Station: &rollindex.Station{ID: "NA-245-0117", Kind: "female", NameEn: "Girls School", NameUr: "گرلز اسکول", Lat: 24.87, Lon: 67.06},
	}
}

// newDoor is a door on the fake, with a webhook, behind the whole of platform/web.
func newDoor(t testing.TB, change func(*Config)) (http.Handler, *Door, *fake) {
	t.Helper()
	f := new(fake)
	cfg := Config{
		Service: f, Now: func() time.Time { return noon }, Tokens: []string{token},
		Measure: func(text string) (string, int, int) { return "UCS-2", len([]rune(text)), 1 },
	}
	if change != nil {
		change(&cfg)
	}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, d.Routes()), d, f
}

// request makes one from loopback; header holds name and value in turn.
func request(method, path, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:5000"
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func do(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("no service, and no error")
	}
	if _, err := New(Config{Service: new(fake), Tokens: []string{"short"}}); err == nil || !strings.Contains(err.Error(), "use 20 or more") {
		t.Errorf("a short token gave %v", err)
	}
}

func TestLookup(t *testing.T) {
	const kind = "application/json"
	for _, c := range []struct {
		name, body, kind, accept string
		status                   int
		says                     string // outcome or code
		asked                    voterinfo.Language
	}{
		{"found", `{"cnic":"42301-1234567-1","language":"en"}`, kind, "ur", 200, "found", voterinfo.English},
		{"found, by header", `{"cnic":"4230112345671"}`, kind, "ur-Latn, en;q=0.5", 200, "found", voterinfo.RomanUrdu},
		{"found, Urdu digits, no language", `{"cnic":"۴۲۳۰۱-۱۲۳۴۵۶۷-۱"}`, kind, "fr", 200, "found", 0},
		{"not on the roll", `{"cnic":"` + notOnRoll + `","language":"ro"}`, kind, "", 200, "not_on_roll", voterinfo.RomanUrdu},
		{"too often", `{"cnic":"` + tooOften + `"}`, kind, "", 429, "too_often", 0},
		{"no roll", `{"cnic":"` + noRoll + `"}`, kind, "", 503, "not_ready", 0},
		{"too few digits", `{"cnic":"42301"}`, kind, "", 422, "too_few_digits", 0},
		{"too many digits", `{"cnic":"42301123456712"}`, kind, "", 422, "too_many_digits", 0},
		{"letters", `{"cnic":"4230112345G71"}`, kind, "", 422, "letters", 0},
		{"two numbers", `{"cnic":"4230112345671 3520298765432"}`, kind, "", 422, "two_numbers", 0},
		{"no number", `{}`, kind, "", 422, "no_number", 0},
		{"unknown language", `{"cnic":"4230112345671","language":"fr"}`, kind, "", 422, "unknown_language", 0},
		{"a number, not a string", `{"cnic":4230112345671}`, kind, "", 400, "bad_json", 0},
		{"half of JSON", `{"cnic":`, kind, "", 400, "bad_json", 0},
		{"twice JSON", `{"cnic":"1"}{"cnic":"2"}`, kind, "", 400, "bad_json", 0},
		{"a form", `cnic=4230112345671`, "application/x-www-form-urlencoded", "", 415, "not_json", 0},
		{"too large", `{"cnic":"` + strings.Repeat("1", 20_000) + `"}`, kind, "", 413, "too_large", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, f := newDoor(t, nil)
			res := do(h, request("POST", "/api/v1/lookup", c.body, "Content-Type", c.kind, "Accept-Language", c.accept))
			text := body(t, res)
			if res.StatusCode != c.status || !strings.Contains(text, `"`+c.says+`"`) {
				t.Fatalf("got %d %s, want %d and %q", res.StatusCode, text, c.status, c.says)
			}
			document(t).checkResponse(t, "post", "/api/v1/lookup", res, text)
			if got := res.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q", got)
			}
			if c.status == 429 && res.Header.Get("Retry-After") != "90" {
				t.Errorf("Retry-After is %q, want 90", res.Header.Get("Retry-After"))
			}
			if c.status != 200 {
				// A problem says what to do and repeats nothing of what was sent.
				if strings.Contains(text, "12345") {
					t.Errorf("the problem repeats the number: %s", text)
				}
				return
			}
			if got := f.asked[0]; got.Language != c.asked || got.Channel != voterinfo.HTTP || got.Asker != "127.0.0.1" || !got.At.Equal(noon) {
				t.Errorf("asked %+v", got)
			}
		})
	}
}

// Ensure that the answer tells neither the gender, which the SMS does not tell,
// nor the number.
func TestLookupTellsNoMore(t *testing.T) {
	h, _, _ := newDoor(t, nil)
	text := body(t, do(h, request("POST", "/api/v1/lookup", `{"cnic":"`+onRoll+`"}`, "Content-Type", "application/json")))
	for _, word := range []string{"gender", onRoll, "12345"} {
		if strings.Contains(text, word) {
			t.Errorf("the answer has %q: %s", word, text)
		}
	}
}

func TestWebhook(t *testing.T) {
	const bearer = "Bearer " + token
	for _, c := range []struct {
		name, body, auth, peer string
		status                 int
		says                   string
	}{
		{"found", `{"from":"+923001234567","to":"8300","text":"` + onRoll + `","operator":"first"}`, bearer, "", 200, `"outcome":"found"`},
		{"silence", `{"from":"00923001234567","to":"8300","text":"` + tooOften + `"}`, bearer, "", 200, `"text":""`},
		{"no roll", `{"from":"923001234567","to":"8300","text":"` + noRoll + `"}`, bearer, "", 503, "not_ready"},
		{"no token", `{}`, "", "", 401, "wrong_token"},
		{"wrong token", `{}`, "Bearer " + token + "x", "", 401, "wrong_token"},
		{"from elsewhere", `{}`, bearer, "192.0.2.1:1", 403, "peer_not_allowed"},
		{"no number", `{"from":"my phone","to":"8300","text":"x"}`, bearer, "", 422, "bad_from"},
		{"not JSON", `from=92300`, bearer, "", 400, "bad_json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, f := newDoor(t, nil)
			r := request("POST", "/webhook/sms", c.body, "Content-Type", "application/json", "Authorization", c.auth)
			if c.peer != "" {
				r.RemoteAddr = c.peer
			}
			res := do(h, r)
			text := body(t, res)
			if res.StatusCode != c.status || !strings.Contains(text, c.says) {
				t.Fatalf("got %d %s, want %d and %s", res.StatusCode, text, c.status, c.says)
			}
			document(t).checkResponse(t, "post", "/webhook/sms", res, text)
			if c.name == "found" {
				q := f.asked[0]
				if q.Asker != "923001234567" || q.Channel != voterinfo.SMS || q.Operator != "first" {
					t.Errorf("asked %+v", q)
				}
				if !strings.Contains(text, `"encoding":"UCS-2"`) || !strings.Contains(text, `"from":"8300"`) || !strings.Contains(text, `"to":"923001234567"`) {
					t.Errorf("replied %s", text)
				}
			}
		})
	}
}

// Ensure that a message handed in again under its id gets its reply again and is
// not asked again, while another asker's message of the same id is.
func TestWebhookRepeats(t *testing.T) {
	now := noon
	h, _, f := newDoor(t, func(c *Config) { c.Now = func() time.Time { return now } })
	ask := func(from, id string) string {
		b, _ := json.Marshal(inbound{From: from, To: "8300", Text: onRoll, ID: id})
		return body(t, do(h, request("POST", "/webhook/sms", string(b), "Content-Type", "application/json", "X-Webhook-Token", token)))
	}
	first := ask("923001234567", "m1")
	if again := ask("+923001234567", "m1"); again != first || len(f.asked) != 1 {
		t.Errorf("asked %d times; first %s then %s", len(f.asked), first, again)
	}
	ask("923007654321", "m1")
	ask("923001234567", "m2")
	ask("923001234567", "")
	ask("923001234567", "")
	now = now.Add(remembersFor + time.Second)
	ask("923001234567", "m1")
	if len(f.asked) != 6 {
		t.Errorf("asked %d times, want 6", len(f.asked))
	}
}

func TestRepliesAreBounded(t *testing.T) {
	m := newReplies(4)
	for i := range 100 {
		m.put(replyKey{byte(i)}, outbound{ID: "x"}, noon)
		m.put(replyKey{byte(i)}, outbound{ID: "y"}, noon)
	}
	if len(m.kept) > 4 {
		t.Errorf("%d replies are kept of 4", len(m.kept))
	}
	if out, ok := m.get(replyKey{99}, noon); !ok || out.ID != "y" {
		t.Error("the last reply is not kept")
	}
}

func TestKannel(t *testing.T) {
	for _, c := range []struct {
		name, query string
		status      int
		reply       string
		coding      string
	}{
		{"found", "token=" + token + "&from=%2B923001234567&to=8300&text=" + onRoll + "&smsc=first&charset=UTF-8", 200, "بلاک کوڈ 440160404", "2"},
		{"not on the roll", "token=" + token + "&from=923001234567&to=8300&text=" + notOnRoll, 200, "Not on the roll.", ""},
		{"silence", "token=" + token + "&from=923001234567&to=8300&text=" + tooOften, 200, "", ""},
		{"UTF-16", "token=" + token + "&from=923001234567&text=%06%41&charset=UTF-16BE", 200, "Send 13 digits.", ""},
		{"unknown charset", "token=" + token + "&from=923001234567&text=x&charset=EBCDIC", 422, "", ""},
		{"no token", "from=923001234567&text=x", 401, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, _ := newDoor(t, nil)
			res := do(h, request("GET", "/webhook/kannel?"+c.query, ""))
			text := body(t, res)
			document(t).checkResponse(t, "get", "/webhook/kannel", res, text)
			if res.StatusCode != c.status {
				t.Fatalf("got %d, want %d", res.StatusCode, c.status)
			}
			if c.status == 200 && (text != c.reply || res.Header.Get("X-Kannel-Coding") != c.coding) {
				t.Errorf("got %q in coding %q, want %q in %q", text, res.Header.Get("X-Kannel-Coding"), c.reply, c.coding)
			}
		})
	}
}

func TestNoWebhookWithoutToken(t *testing.T) {
	h, _, _ := newDoor(t, func(c *Config) { c.Tokens = nil })
	if res := do(h, request("POST", "/webhook/sms", `{}`, "Authorization", "Bearer ")); res.StatusCode != 404 {
		t.Errorf("got %d, want 404", res.StatusCode)
	}
}

func TestWebhookPeers(t *testing.T) {
	h, _, _ := newDoor(t, func(c *Config) { c.Peers = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	r := request("GET", "/webhook/kannel?token="+token+"&from=923001234567&text=x", "")
	if res := do(h, r); res.StatusCode != 403 {
		t.Errorf("loopback got %d, want 403", res.StatusCode)
	}
	r.RemoteAddr = "192.0.2.9:1"
	if res := do(h, r); res.StatusCode != 200 {
		t.Errorf("the peer got %d, want 200", res.StatusCode)
	}
}

func TestPage(t *testing.T) {
	for _, c := range []struct {
		name, typed, lang, site string
		status                  int
		says                    string
	}{
		{"found", "42301-1234567-1", "en", "same-origin", 200, "Girls School"},
		{"found in Urdu", onRoll, "ur", "", 200, "گرلز اسکول"},
		{"not on the roll", notOnRoll, "en", "none", 200, "District Election Commissioner"},
		{"too often", tooOften, "en", "", 429, `<span class="num">2</span>`},
		{"no roll", noRoll, "en", "", 503, "roll cannot be read"},
		{"too few", "42301", "en", "", 422, `has <span class="num">5</span> digits`},
		{"markup", `<script>alert(1)</script>`, "en", "", 422, "&lt;script&gt;"},
		{"from another site", onRoll, "en", "cross-site", 403, "not sent from a page of this site"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, _, f := newDoor(t, nil)
			form := "cnic=" + strings.ReplaceAll(c.typed, " ", "+")
			res := do(h, request("POST", "/?lang="+c.lang, form, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", c.site, "Accept", "text/html"))
			text := body(t, res)
			if res.StatusCode != c.status || !strings.Contains(text, c.says) {
				t.Fatalf("got %d, want %d and %q in:\n%s", res.StatusCode, c.status, c.says, text)
			}
			if got := res.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control is %q", got)
			}
			if strings.Contains(text, "<script>") || strings.Contains(text, "style=") {
				t.Error("a script or an inline style is on the page")
			}
			if c.status < 400 && strings.Contains(text, "1234567-1\"") {
				t.Error("the number stands on the page of the answer")
			}
			if c.status == 200 {
				if q := f.asked[0]; q.Channel != voterinfo.Web || q.Language.String() != c.lang {
					t.Errorf("asked %+v", q)
				}
			}
		})
	}
}

// Ensure that a number in the query of the page is neither used nor handed on to
// the switch of languages.
func TestPageIgnoresQuery(t *testing.T) {
	h, _, f := newDoor(t, nil)
	if text := body(t, do(h, request("GET", "/?lang=en&cnic="+onRoll, ""))); strings.Contains(text, onRoll) || len(f.asked) > 0 {
		t.Error("the number in the query was used")
	}
}

func TestWords(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range sources {
		if !strings.HasSuffix(name, "_test.go") {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(b)
		}
	}
	webtest.Templates(t, catalogue, "door.", files, code.String())
}

func FuzzDecodeText(f *testing.F) {
	f.Add("UTF-8", "4230112345671")
	f.Add("UTF-16BE", "\x06\x41\x00\x31")
	f.Add("UTF-16BE", "\xd8\x00\xd8")
	f.Add("ISO-8859-1", "\xe9\xff")
	f.Add("EBCDIC", "x")
	f.Fuzz(func(t *testing.T, charset, text string) {
		out, ok := decodeText(charset, text)
		if ok && !strings.EqualFold(charset, "UTF-8") && len(out) > 3*len(text)+3 {
			t.Errorf("%d bytes became %d", len(text), len(out))
		}
		if ok && strings.ToValidUTF8(out, "") != out {
			t.Error("what was decoded is not UTF-8")
		}
	})
}

func FuzzLookupBody(f *testing.F) {
	f.Add(`{"cnic":"42301-1234567-1","language":"en"}`)
	f.Add(`{"cnic":["x"]}`)
	f.Add(`[]`)
	f.Add("\xff{")
	h, _, _ := newDoor(f, nil)
	doc := document(f)
	f.Fuzz(func(t *testing.T, in string) {
		res := do(h, request("POST", "/api/v1/lookup", in, "Content-Type", "application/json"))
		doc.checkResponse(t, "post", "/api/v1/lookup", res, body(t, res))
	})
}
