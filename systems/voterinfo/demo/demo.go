// Package demo is the page of the demonstration: a drawn telephone that sends its
// texts to 8300 through a simulated operator, by SMPP, as a real telephone's go,
// and beside it the operator's console. The roll behind it holds nobody who
// lives.
//
// It works without JavaScript: then each text is a form sent, and the page shows
// the last one. What it never does: reach the answer by a shorter way than the
// operator's. See test/browser.
package demo

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/voterinfo/console"
)

//go:embed assets pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, console.Files)
	assets    = web.MustAssets("demo", files)
	pages     = web.MustPages(catalogue, assets, files, console.Files)
)

// A Line carries a text from a telephone to the short code and waits for the
// reply: the simulated operator's Server.
type Line interface {
	Ask(ctx context.Context, from, text string) (smsc.Reply, error)
}

// Config is what the page needs. Line and Console must be set.
type Config struct {
	Line     Line
	Console  *console.Console
	Samples  []Sample       // offered as buttons
	From     string         // the telephone's own number; if "", 923001234567
	Lookup   string         // where the public look-up page is; if "", it is not named
	Language words.Language // of a page whose visitor names none; if "", English
}

// Sample is a CNIC that the page offers: made up, so it may be shown whole.
type Sample struct {
	CNIC   string // 13 digits
	OnRoll bool
}

// Demo is the page. It is made by New.
type Demo struct{ cfg Config }

// patience is how long the telephone waits for its reply.
const patience = 10 * time.Second

// longest is how many characters the telephone lets a person type: three SMS.
const longest = 459

// New makes the page.
func New(cfg Config) (*Demo, error) {
	if cfg.Line == nil || cfg.Console == nil {
		return nil, errors.New("demo: no line or no console: set Config.Line and Config.Console")
	}
	if cfg.From == "" {
		cfg.From = "923001234567"
	}
	if cfg.Language == "" {
		cfg.Language = words.English
	}
	return &Demo{cfg}, nil
}

// Routes is the page's table. The console's own routes go beside it.
func (d *Demo) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/{$}", Act: "demo.use", Handler: d.show},
		{Method: http.MethodPost, Path: "/{$}", Act: "demo.use", Handler: d.send},
		{Method: http.MethodPost, Path: "/demo/ask", Act: "demo.use", Handler: d.ask},
		assets.Route(),
	}
}

// view is the page's view.
type view struct {
	Action   string
	Ask      string
	Samples  []sample
	Words    []string // sent to choose a language, or for help
	Last     *exchange
	Live     console.Live
	HasStats bool // for the console's part of the navigation
	Lookup   string
	Style    string
	Script   string
	Longest  int
}

type sample struct {
	CNIC, Shown string
	OnRoll      bool
}

// exchange is one text and what came back.
type exchange struct {
	Sent     string
	Text     string
	Problem  string // key of a text, or ""
	Encoding string // key of a text, or the encoding's own name
	Known    bool   // Encoding is a key
	Segments int
	Octets   int
	Took     string // milliseconds
}

func (d *Demo) view(lang words.Language, last *exchange) view {
	v := view{
		Action: "/?lang=" + string(lang) + "#answer", Ask: "/demo/ask?lang=" + string(lang), Last: last,
		Live: d.cfg.Console.View(lang), Lookup: d.cfg.Lookup, Words: []string{"EN", "UR", "RO"},
		Style: console.Stylesheet(), Script: console.Script(), Longest: longest,
	}
	v.Live.Embedded = true
	v.HasStats = v.Live.HasStats
	for _, s := range d.cfg.Samples {
		shown := s.CNIC
		if len(shown) == 13 {
			shown = shown[:5] + "-" + shown[5:12] + "-" + shown[12:]
		}
		v.Samples = append(v.Samples, sample{s.CNIC, shown, s.OnRoll})
	}
	return v
}

// show answers GET: the telephone, with nothing sent yet.
func (d *Demo) show(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, d.cfg.Language)
	pages.Render(w, r, http.StatusOK, "demo", lang, d.view(lang, nil))
}

// send answers a form sent without a script: the page with the reply.
func (d *Demo) send(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, d.cfg.Language)
	e := d.exchange(r)
	pages.Render(w, r, http.StatusOK, "demo", lang, d.view(lang, &e))
}

// ask answers the script: the reply's bubble alone.
func (d *Demo) ask(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, d.cfg.Language)
	e := d.exchange(r)
	var out strings.Builder
	if err := pages.Part(&out, "demo", "reply", lang, e); err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(w, out.String())
}

// exchange sends the form's text and waits for the reply.
func (d *Demo) exchange(r *http.Request) exchange {
	r.ParseForm() // what cannot be read is empty
	text := strings.TrimSpace(r.PostForm.Get("text"))
	// A button's text goes before the field's, which may hold something half typed.
	if sample := r.PostForm.Get("sample"); sample != "" {
		text = sample
	}
	e := exchange{Sent: text}
	if text == "" || !utf8.ValidString(text) {
		e.Problem = "demo.problem.empty"
		return e
	}
	if utf8.RuneCountInString(text) > longest {
		e.Sent, e.Problem = "", "demo.problem.long"
		return e
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	reply, err := d.cfg.Line.Ask(ctx, d.cfg.From, text)
	switch {
	case errors.Is(err, smsc.ErrSilence):
		e.Problem = "demo.problem.silence"
		return e
	case err != nil:
		e.Problem = "demo.problem.no_reply"
		return e
	}
	e.Text, e.Segments, e.Octets = reply.Text, reply.Segments, reply.Octets
	e.Took = fmt.Sprintf("%.1f", float64(reply.Took.Microseconds())/1000)
	e.Encoding = "demo.encoding." + slug(reply.Encoding)
	if e.Known = catalogue.Has(e.Encoding); !e.Known {
		e.Encoding = reply.Encoding
	}
	return e
}

// slug makes a key's ending of a name: "GSM 7-bit" is gsm_7_bit.
func slug(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "_")
}
