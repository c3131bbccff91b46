package console

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/platform/words"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/statistics"

	"pgregory.net/rapid"
)

var night = time.Date(2027, 2, 8, 3, 0, 0, 0, time.UTC)

// state is a service that a test changes between samples.
type state struct {
	now     time.Time
	answers Answers
	gateway sms.Snapshot
	book    Statistics
}

func healthy() *state {
	return &state{
		now: night,
		answers: Answers{
			Roll: &rollindex.Info{Name: "General election 2027", Frozen: night, Voters: 122_000_000, Root: strings.Repeat("ab", 32)},
			Counts: []Count{
				{"sms", "first", "found", "ur", 1234567},
				{"sms", "second", "found", "en", 1},
				{"sms", "first", "too_often", "ur", 5},
				{"web", "", "a_new_outcome", "en", 2},
			},
		},
		gateway: sms.Snapshot{Operators: []sms.OperatorSnapshot{{
			Name: "first", Questions: 1000, Accepted: 2000,
			Refusals: map[string]uint64{"ESME_RINVDSTADR": 4}, Deferred: map[string]uint64{"ESME_RTHROTTLED": 9}, Naks: map[string]uint64{},
			Receipts: map[string]uint64{"DELIVRD": 7},
			Binds: []sms.BindSnapshot{
				{Name: "first-1", Kind: "receiver", State: sms.Bound, Since: night, MaxPending: 2000},
				{Name: "first-2", Kind: "transmitter", State: sms.Bound, Since: night, WindowSize: 256, WindowUsed: 64},
			},
		}}},
	}
}

func (s *state) console(t testing.TB) *Console {
	t.Helper()
	c, err := New(Config{
		Answers: func() Answers { return s.answers }, Gateway: func() sms.Snapshot { return s.gateway },
		Statistics: s.book, Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func handler(c *Console) http.Handler {
	return web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, c.Routes(), []web.Route{c.Home()})
}

func get(t testing.TB, h http.Handler, path string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Result(), w.Body.String()
}

func TestViewTellsRates(t *testing.T) {
	s := healthy()
	c := s.console(t)
	s.now = s.now.Add(2 * time.Second)
	s.gateway.Operators[0].Questions += 300
	s.gateway.Operators[0].Accepted += 2500
	for i := range 1000 {
		s.gateway.Operators[0].Latency.Add(time.Duration(1+15*(i%50/49)) * time.Millisecond) // one in fifty slow
	}
	c.Sample()
	v := c.View(words.English)
	for i, want := range []string{"150", "1,250", "1.0", "16"} {
		if got := v.Figures[i].Value; got != want {
			t.Errorf("%s is %s, want %s", v.Figures[i].Key, got, want)
		}
	}
	if v.State != "good" || v.Headline != "All 2 binds are up" || v.At != "03:00:02" {
		t.Errorf("the strip says %q: %q at %s", v.State, v.Headline, v.At)
	}
	if got := v.Outcomes[0]; got.Key != "console.outcome.found" || got.Count != "1,234,568" {
		t.Errorf("the first outcome is %+v", got)
	}
	if got := v.Outcomes[2]; got.Name != "a_new_outcome" || got.Key != "" {
		t.Errorf("an outcome that the words lack is %+v", got)
	}
	if got := v.Refusals[0]; got.Name != "ESME_RTHROTTLED" || got.Sort != "console.refusal.for_now" {
		t.Errorf("the first refusal is %+v", got)
	}
	// What is older than a minute is not shown any more.
	for range minute {
		s.now = s.now.Add(time.Second)
		c.Sample()
	}
	if v := c.View(words.English); v.Figures[3].Value != "–" {
		t.Errorf("a minute after the last answer, p99 is %s", v.Figures[3].Value)
	}
	// A gateway that began anew counts from nothing.
	s.now = s.now.Add(time.Second)
	s.gateway.Operators[0].Questions = 40
	c.Sample()
	if got := c.View(words.English).Figures[0].Value; got != "40" {
		t.Errorf("after a new start the rate is %s, want 40", got)
	}
}

// Ensure that every state of a bind has a sign, and a word in each language.
func TestHeadlineAndStates(t *testing.T) {
	for _, c := range []struct {
		name         string
		change       func(*state)
		sign, en, ur string
	}{
		{"one waits", func(s *state) { s.gateway.Operators[0].Binds[1].State = sms.Waiting }, "warn", "1 of 2 binds are not up", "بحال نہیں"},
		{"none is up", func(s *state) {
			for i := range s.gateway.Operators[0].Binds {
				s.gateway.Operators[0].Binds[i].State = sms.Binding
			}
		}, "bad", "No bind is up", "کوئی رابطہ بحال نہیں"},
		{"no roll", func(s *state) { s.answers.Roll = nil }, "bad", "No roll is loaded", "کوئی انتخابی فہرست"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := healthy()
			c.change(s)
			console := s.console(t)
			if v := console.View(words.English); v.State != c.sign || v.Headline != c.en {
				t.Errorf("got %s %q, want %s %q", v.State, v.Headline, c.sign, c.en)
			}
			if v := console.View(words.Urdu); !strings.Contains(v.Headline, c.ur) {
				t.Errorf("in Urdu %q", v.Headline)
			}
		})
	}
	for _, state := range bindStates {
		if !catalogue.Has("console.bind." + string(state)) {
			t.Errorf("no word for the state %q", state)
		}
	}
	for _, o := range voterinfo.Outcomes {
		if !catalogue.Has("console.outcome." + o.String()) {
			t.Errorf("no word for the outcome %q", o)
		}
	}
}

func TestHealth(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*state)
		status int
		says   []string
	}{
		{"ready", func(*state) {}, 200, []string{`"ready":true`, `"reasons":[]`}},
		{"no roll", func(s *state) { s.answers.Roll = nil }, 503, []string{"no_roll", "intikhab roll publish"}},
		{"only receives", func(s *state) {
			s.gateway.Operators[0].Binds[1].State = sms.Waiting
			s.gateway.Operators[0].Binds[1].Failure = "connection refused"
		}, 503, []string{"operator_down", "Operator first: no bind is up that sends", "first-2 was: connection refused"}},
		{"both at once", func(s *state) {
			s.answers.Roll = nil
			s.gateway.Operators[0].Binds = nil
		}, 503, []string{"no_roll", "operator_down", "receives or sends"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := healthy()
			c.change(s)
			h := handler(s.console(t))
			res, body := get(t, h, "/readyz")
			if res.StatusCode != c.status {
				t.Errorf("got %d, want %d", res.StatusCode, c.status)
			}
			for _, says := range c.says {
				if !strings.Contains(body, says) {
					t.Errorf("%q is not in %s", says, body)
				}
			}
			if res, _ := get(t, h, "/healthz"); res.StatusCode != 200 {
				t.Errorf("/healthz is %d while the process lives", res.StatusCode)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	_, body := get(t, handler(healthy().console(t)), "/metrics")
	for _, line := range []string{
		`intikhab_answers_total{channel="sms",language="ur",operator="first",outcome="found"} 1.234567e+06`,
		`intikhab_roll_info{frozen="2027-02-08",name="General election 2027",root="` + strings.Repeat("ab", 32) + `"} 1`,
		`intikhab_sms_status_total{operator="first",sort="deferred",status="ESME_RTHROTTLED"} 9`,
		`intikhab_sms_bind_state{bind="first-2",operator="first",state="bound"} 1`,
		`intikhab_sms_bind_state{bind="first-2",operator="first",state="waiting"} 0`,
		`intikhab_sms_bind_window_used{bind="first-2",operator="first"} 64`,
		`intikhab_sms_questions_total{operator="first"} 1000`,
		`go_goroutines`,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no line %s", line)
		}
	}
}

// Ensure that no metric has a label by which a citizen could be known. Labels are
// added here only with thought: each is from the settings or a standard's codes.
func TestMetricsHoldNoPersonalData(t *testing.T) {
	_, body := get(t, handler(healthy().console(t)), "/metrics")
	allowed := map[string]bool{"channel": true, "language": true, "operator": true, "outcome": true, "frozen": true, "name": true, "root": true,
		"bind": true, "state": true, "status": true, "sort": true, "ending": true, "quantile": true, "version": true, "le": true}
	for line := range strings.Lines(body) {
		_, labels, ok := strings.Cut(line, "{")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.SplitSeq(strings.SplitN(labels, "}", 2)[0], ",") {
			if name, _, ok := strings.Cut(pair, "="); ok && !allowed[name] {
				t.Errorf("the label %q in %s", name, line)
			}
		}
	}
}

// Ensure that an event comes at once, another after each sample, and that the
// stream ends with the server.
func TestEvents(t *testing.T) {
	s := healthy()
	c := s.console(t)
	server := httptest.NewServer(handler(c))
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/console/events?lang=ur", nil)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got := res.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Fatalf("the stream is %s", got)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	next := func() (e event) {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &e); err != nil {
					t.Fatal(err)
				}
				return e
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return e
	}
	first := next()
	if !strings.Contains(first.Binds, "بحال") || !strings.Contains(first.Roll, "General election 2027") {
		t.Errorf("the first event is %+v", first)
	}
	s.now = s.now.Add(time.Second)
	c.Sample()
	if second := next(); second.At != "03:00:01" {
		t.Errorf("the second event is of %s", second.At)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	s := healthy()
	c := s.console(t)
	for range 3 * remembered {
		s.now = s.now.Add(time.Second)
		c.Sample()
	}
	if n := len(c.View(words.English).Figures[0].Series); n != remembered {
		t.Errorf("%d seconds are remembered, want %d", n, remembered)
	}
}

func TestSparklineStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		series := rapid.SliceOfN(rapid.Float64Range(0, 1e12), 0, remembered).Draw(t, "series")
		path := sparkline(series)
		if len(series) < 2 {
			return
		}
		for _, point := range strings.FieldsFunc(path, func(r rune) bool { return r == 'M' || r == 'L' }) {
			var x, y float64
			if err := json.Unmarshal([]byte("["+strings.ReplaceAll(point, " ", ",")+"]"), &[]any{&x, &y}); err != nil {
				t.Fatal(err)
			}
			if x < 0 || x > sparkWidth || y < 0 || y > sparkHeight {
				t.Fatalf("the point %s lies outside", point)
			}
		}
	})
}

func TestGroup(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", 100000: "100,000"} {
		if got := group(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

// book answers with a few rows, or an error.
type book struct {
	asked []statistics.Filter
	err   error
}

func (b *book) Query(_ context.Context, f statistics.Filter, by ...statistics.Dimension) (statistics.Table, error) {
	b.asked = append(b.asked, f)
	t := statistics.Table{By: by}
	for i, value := range map[statistics.Dimension][]string{
		statistics.ByDay: {"2027-02-07", "2027-02-08"}, statistics.ByHour: {"9", "12"}, statistics.ByDistrict: {"Lahore", ""},
		statistics.ByGender: {"F", "M"}, statistics.ByOutcome: {"found", "unheard_of"}, statistics.ByOperator: {"first<b>", ""},
		statistics.ByLanguage: {"ur", "ro"}, statistics.ByChannel: {"sms", "web"},
	}[by[0]] {
		values := []string{value}
		for range len(by) - 1 {
			values = append(values, "x")
		}
		t.Rows = append(t.Rows, statistics.Row{Values: values, Questions: uint64(3000 - 1000*i)})
	}
	return t, b.err
}

func TestStatisticsPage(t *testing.T) {
	b := new(book)
	s := healthy()
	s.book = b
	h := handler(s.console(t))
	res, body := get(t, h, "/statistics?lang=en")
	for _, says := range []string{"5,000", "Roman Urdu", "60.0%", "unheard_of", "first&lt;b&gt;", "2027-02-08: 2,000", "No voter found"} {
		if !strings.Contains(body, says) {
			t.Errorf("%q is not on the page", says)
		}
	}
	if res.StatusCode != 200 || b.asked[0].From != "2027-02-02" || b.asked[0].To != "2027-02-08" {
		t.Errorf("got %d; asked for %+v", res.StatusCode, b.asked[0])
	}
	if _, body := get(t, h, "/statistics?lang=ur&from=2027-02-01&to=2027-02-08"); !strings.Contains(body, "لاہور") || !strings.Contains(body, "from=2027-02-01") {
		t.Error("in Urdu the district has no Urdu name, or the switch loses the days")
	}
	for _, bad := range []string{"from=yesterday", "from=2027-02-08&to=2027-02-01", "from=1900-01-01"} {
		if res, body := get(t, h, "/statistics?lang=en&"+bad); res.StatusCode != 400 || !strings.Contains(body, "Choose two days") {
			t.Errorf("%s: got %d", bad, res.StatusCode)
		}
	}
	b.err = errors.New("disk full at /secret/path")
	if res, body := get(t, h, "/statistics?lang=en"); res.StatusCode != 503 || strings.Contains(body, "secret") {
		t.Errorf("a failing database gives %d", res.StatusCode)
	}
}

func TestStatisticsDownloads(t *testing.T) {
	s := healthy()
	s.book = new(book)
	h := handler(s.console(t))
	res, body := get(t, h, "/statistics.csv?from=2027-02-07&to=2027-02-08&by=day")
	if want := "day,questions\r\n2027-02-07,3000\r\n2027-02-08,2000\r\n"; body != want {
		t.Errorf("got %q, want %q", body, want)
	}
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="8300-2027-02-07-2027-02-08.csv"` {
		t.Errorf("the file is %s", got)
	}
	_, body = get(t, h, "/statistics.json?from=2027-02-07&to=2027-02-08")
	var rows []map[string]any
	if err := json.Unmarshal([]byte(body), &rows); err != nil || len(rows) != 2 || len(rows[0]) != len(statistics.Dimensions)+1 {
		t.Errorf("got %s (%v)", body, err)
	}
	for _, bad := range []string{"from=x", "by=cnic"} {
		if res, body := get(t, h, "/statistics.csv?"+bad); res.StatusCode != 400 || !strings.Contains(body, "must") {
			t.Errorf("%s: got %d %s", bad, res.StatusCode, body)
		}
	}
}

func TestPagesAndHome(t *testing.T) {
	h := handler(healthy().console(t))
	if res, _ := get(t, h, "/"); res.Header.Get("Location") != "/console" {
		t.Error("/ does not lead to the console")
	}
	for _, lang := range []string{"en", "ur"} {
		res, body := get(t, h, "/console?lang="+lang)
		if res.StatusCode != 200 || strings.Contains(body, "style=") || strings.Contains(body, "console.") && strings.Contains(body, ">console.") {
			t.Errorf("%s: %d, or an inline style, or a key without a text", lang, res.StatusCode)
		}
	}
	if res, _ := get(t, h, "/statistics"); res.StatusCode != 404 {
		t.Errorf("without statistics their page is %d", res.StatusCode)
	}
}

func TestRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	healthy().console(t).Run(ctx)
}

func TestWords(t *testing.T) {
	code := source(t)
	webtest.Templates(t, catalogue, "console.", Files, code)
}

func source(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(&code, f)
		f.Close()
	}
	return code.String()
}
