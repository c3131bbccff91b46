package console

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/voterinfo/statistics"
)

// Statistics answers what has been asked in the past: a statistics.Book.
type Statistics interface {
	Query(context.Context, statistics.Filter, ...statistics.Dimension) (statistics.Table, error)
}

// daysShown is how many days the page shows when nobody chose.
const daysShown = 7

// pakistan is the zone that days and hours are counted in.
var pakistan = time.FixedZone("PKT", 5*60*60)

// statisticsPage is the view of GET /statistics.
type statisticsPage struct {
	HasStats bool
	From, To string
	Error    string // key of a text
	Total    string
	Days     columns
	Hours    columns
	Plots    []plot
	Presets  []preset
	CSV      string
	JSON     string
}

type preset struct {
	Key string // of a text
	URL string
	On  bool
}

// A plot is one dimension drawn as bars in a table.
type plot struct {
	Key  string // the dimension
	Bars []bar
	Rest string // how many more bars there are, or ""
}

type bar struct {
	Name    string
	Key     string // of a text, or ""
	Count   string
	Share   string // of the whole, in percent
	Percent int    // of the longest
}

// barsShown is how many districts stand in the plot; the downloads have all.
const barsShown = 20

// statistics answers GET /statistics: plots drawn here, no script needed.
func (c *Console) statistics(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, c.cfg.Language)
	filter, ok := c.filter(r)
	v := statisticsPage{HasStats: true, From: filter.From, To: filter.To}
	v.Presets = c.presets(lang, filter)
	query := url.Values{"from": {filter.From}, "to": {filter.To}}.Encode()
	v.CSV, v.JSON = "/statistics.csv?"+query, "/statistics.json?"+query
	if !ok {
		v.Error = "console.stats.bad_date"
		pages.Render(w, r, http.StatusBadRequest, "statistics", lang, v)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	status := http.StatusOK
	if err := c.fill(ctx, &v, lang, filter); err != nil {
		c.cfg.Log.Error("console: statistics cannot be read", "id", web.RequestID(r.Context()), "error", err)
		v.Error, status = "console.stats.no_database", http.StatusServiceUnavailable
	}
	pages.Render(w, r, status, "statistics", lang, v, "from", "to")
}

func (c *Console) fill(ctx context.Context, v *statisticsPage, lang words.Language, f statistics.Filter) error {
	days, err := c.cfg.Statistics.Query(ctx, f, statistics.ByDay)
	if err != nil {
		return err
	}
	total := days.Total()
	v.Total = group(total)
	v.Days = newColumns(daysBetween(f.From, f.To), days)
	hours, err := c.cfg.Statistics.Query(ctx, f, statistics.ByHour)
	if err != nil {
		return err
	}
	v.Hours = newColumns(hoursOfDay, hours)
	for _, d := range []statistics.Dimension{statistics.ByOutcome, statistics.ByLanguage, statistics.ByGender,
		statistics.ByOperator, statistics.ByChannel, statistics.ByDistrict} {
		t, err := c.cfg.Statistics.Query(ctx, f, d)
		if err != nil {
			return err
		}
		v.Plots = append(v.Plots, newPlot(lang, d, t, total))
	}
	return nil
}

// filter reads the days asked for: the last week's unless both or one are named.
func (c *Console) filter(r *http.Request) (f statistics.Filter, ok bool) {
	today := c.cfg.Now().In(pakistan)
	f.From, f.To = today.AddDate(0, 0, 1-daysShown).Format(time.DateOnly), today.Format(time.DateOnly)
	for name, day := range map[string]*string{"from": &f.From, "to": &f.To} {
		if v := r.URL.Query().Get(name); v != "" {
			*day = v
		}
	}
	from, err := time.Parse(time.DateOnly, f.From)
	if err != nil {
		return f, false
	}
	to, err := time.Parse(time.DateOnly, f.To)
	return f, err == nil && !to.Before(from) && to.Sub(from) <= mostDays*24*time.Hour
}

// mostDays bounds a period: more columns could not be told apart.
const mostDays = 731

func (c *Console) presets(lang words.Language, f statistics.Filter) []preset {
	today := c.cfg.Now().In(pakistan)
	to := today.Format(time.DateOnly)
	var list []preset
	for _, p := range []struct {
		key  string
		days int
	}{{"console.stats.today", 1}, {"console.stats.week", daysShown}, {"console.stats.month", 30}} {
		from := today.AddDate(0, 0, 1-p.days).Format(time.DateOnly)
		list = append(list, preset{Key: p.key, On: f.From == from && f.To == to,
			URL: "/statistics?" + url.Values{"lang": {string(lang)}, "from": {from}, "to": {to}}.Encode()})
	}
	return list
}

func newPlot(lang words.Language, d statistics.Dimension, t statistics.Table, total uint64) plot {
	p := plot{Key: string(d)}
	rows := slices.Clone(t.Rows)
	slices.SortStableFunc(rows, func(a, b statistics.Row) int {
		return int(min(1, max(-1, int64(b.Questions)-int64(a.Questions))))
	})
	for i, r := range rows {
		if i == barsShown {
			p.Rest = group(uint64(len(rows) - barsShown))
			break
		}
		b := bar{Count: group(r.Questions), Share: share(r.Questions, total)}
		b.Name, b.Key = name(lang, d, r.Values[0])
		b.Percent = int(100 * r.Questions / max(1, rows[0].Questions))
		p.Bars = append(p.Bars, b)
	}
	return p
}

// name gives a value of a dimension as a person reads it: a text of the catalogue,
// a district's name in the page's language, or the value itself.
func name(lang words.Language, d statistics.Dimension, value string) (text, key string) {
	if value == "" {
		value = "none"
	}
	key = "console." + string(d) + "." + value // console.language.ur
	if catalogue.Has(key) {
		return "", key
	}
	if d == statistics.ByDistrict && lang == words.Urdu {
		if district, ok := geography.DistrictNamed(value); ok && district.NameUr != "" {
			return district.NameUr, ""
		}
	}
	return value, ""
}

// statisticsCSV and statisticsJSON answer the downloads. The parameter by names
// the dimensions; if left out, all of them.
func (c *Console) statisticsCSV(w http.ResponseWriter, r *http.Request) {
	if t, f, ok := c.download(w, r); ok {
		var body bytes.Buffer
		t.WriteCSV(&body)
		attach(w, "text/csv; charset=utf-8", "8300-"+f.From+"-"+f.To+".csv")
		w.Write(body.Bytes())
	}
}

func (c *Console) statisticsJSON(w http.ResponseWriter, r *http.Request) {
	if t, f, ok := c.download(w, r); ok {
		attach(w, "application/json", "8300-"+f.From+"-"+f.To+".json")
		web.WriteJSON(w, http.StatusOK, "application/json", t)
	}
}

func (c *Console) download(w http.ResponseWriter, r *http.Request) (statistics.Table, statistics.Filter, bool) {
	f, ok := c.filter(r)
	if !ok {
		web.NewProblem(http.StatusBadRequest, "bad_date", "Dates cannot be read",
			"The parameters from and to must be days such as 2027-02-08, to not before from, and at most two years apart.").Write(w, r)
		return statistics.Table{}, f, false
	}
	by, err := statistics.ParseDimensions(r.URL.Query().Get("by"))
	if err != nil {
		web.NewProblem(http.StatusBadRequest, "bad_dimension", "Unknown dimension",
			"The parameter by must name some of day, hour, district, gender, channel, operator, language, outcome, joined by commas.").Write(w, r)
		return statistics.Table{}, f, false
	}
	if len(by) == 0 {
		by = statistics.Dimensions
	}
	t, err := c.cfg.Statistics.Query(r.Context(), f, by...)
	if err != nil {
		c.cfg.Log.Error("console: statistics cannot be read", "id", web.RequestID(r.Context()), "error", err)
		web.NewProblem(http.StatusServiceUnavailable, "no_database", "Statistics cannot be read",
			"The database does not answer. The log has the cause under this request's number.").Write(w, r)
		return t, f, false
	}
	return t, f, true
}

func attach(w http.ResponseWriter, kind, file string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+file+`"`)
	w.Header().Set("Cache-Control", "no-store")
}
