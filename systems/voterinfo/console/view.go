package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/words"
)

// Live is what the live part shows, in one language and ready to be set on the
// page. It is at once the view of the page's template and, as JSON, what a stream
// of events carries.
type Live struct {
	At       string     `json:"at"`
	State    string     `json:"state"` // good, warn, bad: which sign and colour
	Headline string     `json:"headline"`
	Figures  []figure   `json:"figures"`
	Events   string     `json:"-"`
	Groups   []operator `json:"-"`
	Refusals []row      `json:"-"`
	Outcomes []row      `json:"-"`
	Roll     *roll      `json:"-"`
	Lost     string     `json:"-"` // answers missing in the statistics, or ""
	HasSMS   bool       `json:"-"`
	HasStats bool       `json:"-"`
	Embedded bool       `json:"-"` // in a page with a title of its own
}

type figure struct {
	Key    string    `json:"key"` // in, out, p50, p99
	Value  string    `json:"value"`
	Unit   string    `json:"unit"`
	Peak   string    `json:"peak"`
	Series []float64 `json:"-"`
	Last   float64   `json:"last"`
	Path   string    `json:"-"`
}

// Points is the series for the script.
func (f figure) Points() string {
	var b strings.Builder
	for i, v := range f.Series {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatFloat(v, 'g', 5, 64))
	}
	return b.String()
}

type operator struct {
	Name      string
	Binds     []bind
	Pending   string
	Throttled bool
	Rate      string
}

type bind struct {
	Name    string
	Kind    string // key of a text
	State   string // key of a text
	Sign    string // good, warn, bad
	Since   string
	Used    int
	Size    int
	Percent int
	Pending string
	Failure string
}

type row struct {
	Name  string // shown as it is, when Key is ""
	Key   string // of a text
	Sort  string // key of a text: what sort of refusal
	Count string
	n     uint64
}

type roll struct {
	Name, Frozen, Voters, Areas, Stations, Root string
}

// View is the live part as it is now.
func (c *Console) View(lang words.Language) Live {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &c.history
	s := h.latest
	v := Live{
		At:       s.at.Format(time.TimeOnly),
		Events:   "/console/events?lang=" + string(lang),
		HasSMS:   c.cfg.Gateway != nil,
		HasStats: c.cfg.Statistics != nil,
	}
	ms := catalogue.Text(lang, "console.ms")
	v.Figures = []figure{
		newFigure("in", h.in, whole, "", 1),
		newFigure("out", h.out, whole, "", 1),
		newFigure("p50", h.p50, milli, ms, 1000),
		newFigure("p99", h.p99, milli, ms, 1000),
	}
	up, all := 0, 0
	for _, o := range s.gateway.Operators {
		g := operator{Name: o.Name, Pending: group(uint64(o.Pending)), Throttled: o.Throttled}
		if o.Throttled {
			g.Rate = whole(o.Rate)
		}
		for _, b := range o.Binds {
			all++
			if b.State == sms.Bound {
				up++
			}
			g.Binds = append(g.Binds, newBind(b))
		}
		v.Groups = append(v.Groups, g)
	}
	v.State, v.Headline = headline(lang, s.answers.Roll != nil, c.cfg.Gateway != nil, up, all)
	v.Refusals = refusals(s.gateway)
	v.Outcomes = outcomes(s.answers.Counts)
	if s.answers.LostStatistics > 0 {
		v.Lost = group(s.answers.LostStatistics)
	}
	if r := s.answers.Roll; r != nil {
		v.Roll = &roll{Name: r.Name, Frozen: r.Frozen.Format(time.DateOnly), Voters: group(r.Voters),
			Areas: group(uint64(r.Areas)), Stations: group(uint64(r.Stations)), Root: r.Root}
	}
	return v
}

func headline(lang words.Language, hasRoll, hasSMS bool, up, all int) (state, text string) {
	switch {
	case !hasRoll:
		return "bad", catalogue.Text(lang, "console.state.no_roll")
	case !hasSMS:
		return "good", catalogue.Text(lang, "console.state.no_sms")
	case up == 0:
		return "bad", catalogue.Text(lang, "console.state.none_up")
	case up < all:
		return "warn", catalogue.Text(lang, "console.state.some_down", "down", all-up, "all", all)
	}
	return "good", catalogue.Text(lang, "console.state.all_up", "all", all)
}

func newFigure(key string, series []float64, format func(float64) string, unit string, scale float64) figure {
	f := figure{Key: key, Series: slices.Clone(series), Unit: unit}
	for i := range f.Series {
		f.Series[i] *= scale
	}
	if n := len(f.Series); n > 0 {
		f.Last = f.Series[n-1]
		f.Peak = format(slices.Max(f.Series))
	}
	f.Value = format(f.Last)
	if unit != "" && f.Last == 0 {
		f.Value = "–" // nothing has been measured yet
	}
	f.Path = sparkline(f.Series)
	return f
}

// The small plot's own measure; the style sheet stretches it.
const sparkWidth, sparkHeight = 300, 60

// sparkline draws a series from the right edge to the left, one step a second,
// its highest value at the top. The script draws the same.
func sparkline(series []float64) string {
	if len(series) < 2 {
		return ""
	}
	top := max(slices.Max(series), 1e-9)
	var b strings.Builder
	x := sparkWidth - (len(series) - 1)
	for i, v := range series {
		mark := 'L'
		if i == 0 {
			mark = 'M'
		}
		fmt.Fprintf(&b, "%c%d %.1f", mark, x+i, sparkHeight-2-v/top*(sparkHeight-4))
	}
	return b.String()
}

func newBind(b sms.BindSnapshot) bind {
	v := bind{
		Name: b.Name, Kind: "console.kind." + b.Kind, State: "console.bind." + string(b.State),
		Since: b.Since.Format(time.TimeOnly), Used: b.WindowUsed, Size: b.WindowSize,
		Pending: group(uint64(b.Pending)), Failure: b.Failure,
	}
	if b.WindowSize > 0 {
		v.Percent = min(100, 100*b.WindowUsed/b.WindowSize)
	}
	switch b.State {
	case sms.Bound:
		v.Sign, v.Failure = "good", "" // an old failure is over
	case sms.Dialing, sms.Binding, sms.Draining, sms.Unbinding:
		v.Sign = "warn"
	default:
		v.Sign = "bad"
	}
	return v
}

// refusals are what was not taken, on either side, most first.
func refusals(s sms.Snapshot) []row {
	total := make(map[row]uint64)
	for _, o := range s.Operators {
		for status, n := range o.Refusals {
			total[row{Name: status, Sort: "console.refusal.for_good"}] += n
		}
		for status, n := range o.Deferred {
			total[row{Name: status, Sort: "console.refusal.for_now"}] += n
		}
		for status, n := range o.Naks {
			total[row{Name: status, Sort: "console.refusal.by_us"}] += n
		}
		total[row{Key: "console.refusal.timeout", Sort: "console.refusal.for_now"}] += o.Timeouts
		total[row{Key: "console.refusal.given_up", Sort: "console.refusal.by_us"}] += o.GivenUp
	}
	return sorted(total)
}

func outcomes(counts []Count) []row {
	total := make(map[row]uint64)
	for _, c := range counts {
		key := "console.outcome." + c.Outcome
		if !catalogue.Has(key) {
			key = ""
		}
		total[row{Name: c.Outcome, Key: key}] += c.N
	}
	return sorted(total)
}

func sorted(total map[row]uint64) []row {
	var rows []row
	for r, n := range total {
		if n > 0 {
			r.n, r.Count = n, group(n)
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.n != b.n {
			return int(min(1, max(-1, int64(b.n)-int64(a.n))))
		}
		return strings.Compare(a.Sort+a.Key+a.Name, b.Sort+b.Key+b.Name)
	})
	return rows
}

// group writes a number with a comma between thousands: 1,234,567.
func group(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func whole(v float64) string { return group(uint64(v + 0.5)) }

// milli writes a number of milliseconds, with a decimal where it matters.
func milli(v float64) string {
	if v < 9.95 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return whole(v)
}
