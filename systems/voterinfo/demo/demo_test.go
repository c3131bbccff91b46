package demo

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/systems/voterinfo/console"
)

type line struct{ from, text string }

func (l *line) Ask(_ context.Context, from, text string) (smsc.Reply, error) {
	l.from, l.text = from, text
	switch text {
	case "silence":
		return smsc.Reply{}, smsc.ErrSilence
	case "late":
		return smsc.Reply{}, errors.New("smsc: no reply yet")
	}
	return smsc.Reply{Text: "<b>Block 440160404", Encoding: "GSM 7-bit", Segments: 2, Octets: 160, Took: 1500 * time.Microsecond}, nil
}

func newDemo(t *testing.T) (http.Handler, *line) {
	t.Helper()
	c, err := console.New(console.Config{Answers: func() console.Answers { return console.Answers{} }})
	if err != nil {
		t.Fatal(err)
	}
	l := new(line)
	d, err := New(Config{Line: l, Console: c, Lookup: "/lookup", Samples: []Sample{{CNIC: "4230112345671", OnRoll: true}, {CNIC: "1110111111111"}}})
	if err != nil {
		t.Fatal(err)
	}
	return web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, d.Routes(), c.Routes()), l
}

func post(h http.Handler, path string, form url.Values) string {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.String()
}

func TestTelephone(t *testing.T) {
	for _, c := range []struct {
		name string
		form url.Values
		sent string // over the line
		says string
	}{
		{"typed", url.Values{"text": {" 4230112345671 "}}, "4230112345671", "&lt;b&gt;Block 440160404"},
		{"a button", url.Values{"text": {"half"}, "sample": {"UR"}}, "UR", "GSM 7-bit"},
		{"nothing", url.Values{}, "", "the message was empty"},
		{"too long", url.Values{"text": {strings.Repeat("x", longest+1)}}, "", "longer than three SMS"},
		{"silence", url.Values{"text": {"silence"}}, "silence", "asked too often"},
		{"late", url.Values{"text": {"late"}}, "late", "No reply within ten seconds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, path := range []string{"/?lang=en", "/demo/ask?lang=en"} {
				h, l := newDemo(t)
				if body := post(h, path, c.form); !strings.Contains(body, c.says) || strings.Contains(body, "<b>Block") {
					t.Errorf("%s: %q is not in\n%s", path, c.says, body)
				}
				if l.text != c.sent || (c.sent != "" && l.from != "923001234567") {
					t.Errorf("%s: sent %q from %q, want %q", path, l.text, l.from, c.sent)
				}
			}
		})
	}
}

func TestPageOffersSamples(t *testing.T) {
	h, _ := newDemo(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/?lang=en", nil))
	for _, says := range []string{`value="4230112345671"`, "42301-1234567-1", "not on the roll", `value="RO"`, `href="/lookup?lang=en"`, console.Script(), "No roll is loaded"} {
		if !strings.Contains(w.Body.String(), says) {
			t.Errorf("%q is not on the page", says)
		}
	}
}

func TestWords(t *testing.T) {
	code, err := os.ReadFile("demo.go")
	if err != nil {
		t.Fatal(err)
	}
	webtest.Templates(t, catalogue, "demo.", files, string(code))
}
