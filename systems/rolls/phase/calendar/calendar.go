package calendar

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/phase"
)

//go:embed pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, phase.Words, office.Words)
	pages     = web.MustPages(catalogue, nil, files)
)

// Config is what the pages need. DB, Book, Approvals and Store must be set; Store must
// have been registered with Approvals.
type Config struct {
	DB        *database.DB
	Book      *office.Book
	Approvals *approval.Desk
	Store     *phase.Store
	Log       *slog.Logger
}

// Pages are the calendar and what officers do to it.
type Pages struct{ cfg Config }

// New makes the pages.
func New(cfg Config) *Pages {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Pages{cfg}
}

// Home is the path of the calendar.
const Home = "/rolls/calendar"

// Routes is the table of the pages.
func (p *Pages) Routes() []web.Route {
	all := []web.Route{
		{Method: "GET", Path: Home, Act: phase.ActRead, Handler: p.calendar, Public: time.Minute},
		{Method: "GET", Path: "/rolls/calendar.ics", Act: phase.ActRead, Handler: p.ics, Machine: true},
		{Method: "GET", Path: "/rolls/calendar.json", Act: phase.ActRead, Handler: p.json, Machine: true},
		{Method: "GET", Path: "/rolls/calendar/{id}", Act: phase.ActRead, Handler: p.row},
	}
	both := func(path string, act office.Act, ask func(*turn) (*asked, error)) {
		h := p.ask(ask)
		all = append(all, web.Route{Method: "GET", Path: path, Act: act, Handler: h}, web.Route{Method: "POST", Path: path, Act: act, Handler: h, Body: 64 << 10})
	}
	both("/rolls/revisions/new", phase.ActPlan, (*turn).begin)
	both("/rolls/revisions/plan", phase.ActPlan, (*turn).plan)
	both("/rolls/revisions/{id}/change", phase.ActPlan, (*turn).change)
	both("/rolls/revisions/{id}/end", phase.ActPlan, (*turn).breakOff)
	both("/rolls/freezes/new", phase.ActFreeze, (*turn).freeze)
	both("/rolls/freezes/{id}/change", phase.ActFreeze, (*turn).freeze)
	both("/rolls/freezes/{id}/withdraw", phase.ActFreeze, (*turn).withdraw)
	both("/rolls/freezes/{id}/override", phase.ActOverride, (*turn).override)
	both("/rolls/freezes/{id}/results", phase.ActClose, (*turn).results)
	both("/rolls/overrides/{id}/change", phase.ActOverride, (*turn).override)
	both("/rolls/overrides/{id}/end", phase.ActOverride, (*turn).refreeze)
	return all
}

// The days that the calendar shows if nobody says which.
const (
	daysBack  = 60
	daysAhead = 365
	mostDays  = 3660
)

// calendarList has the filters of the calendar; its rows come from the rules.
var calendarList = &listing.Listing{
	Caption: words.Say("calendar.title"), Path: Home, Empty: words.Say("calendar.none"), Size: 2000,
	Columns: []listing.Column{{Key: "what", Label: words.Say("calendar.what")}, {Key: "from", Label: words.Say("calendar.from")},
		{Key: "to", Label: words.Say("calendar.to")}, {Key: "where", Label: words.Say("calendar.where")}},
	Filters: []listing.Filter{{Key: "area", Label: words.Say("calendar.district"), Options: districts()}, {Key: "seat", Label: words.Say("calendar.seat")},
		{Key: "from", Label: words.Say("calendar.from"), Day: true}, {Key: "to", Label: words.Say("calendar.to"), Day: true}},
}

// districts are the provinces and their districts, to choose one.
func districts() (all []form.Option) {
	option := func(a area.Area) {
		all = append(all, form.Option{Value: a.String(), Text: areaName(a)})
	}
	for _, p := range geography.Provinces() {
		if p.Voters == 0 {
			continue // it has a commission of its own
		}
		option(area.OfProvince(p))
		for _, d := range geography.Districts() {
			if d.Division.Province == p {
				option(area.OfDistrict(d))
			}
		}
	}
	return all
}

// A wish is what part of the calendar somebody asks for.
type wish struct {
	query    listing.Query
	from, to office.Day
	where    area.Area
	today    office.Day
	Unknown  string // a constituency that there is none of
}

func (p *Pages) wish(r *http.Request) wish {
	today := office.DayOf(p.cfg.Book.Now())
	w := wish{query: calendarList.Read(r), today: today, from: office.Day(today.Words().Add(-daysBack).String()), to: office.Day(today.Words().Add(daysAhead).String())}
	for key, day := range map[string]*office.Day{"from": &w.from, "to": &w.to} {
		if d, err := office.ParseDay(w.query.Filter(key)); err == nil && d != "" {
			*day = d
		}
	}
	if last := office.Day(w.from.Words().Add(mostDays).String()); w.to > last || w.to < w.from {
		w.to = last
	}
	w.where, _ = area.Parse(w.query.Filter("area"))
	if text := w.query.Filter("seat"); text != "" {
		c, err := geography.ParseConstituency(text)
		if err != nil {
			w.Unknown = text
			return w
		}
		w.where = area.OfConstituency(c)
	}
	return w
}

// spans reads what happens where and when it is asked for.
func (p *Pages) spans(r *http.Request, w wish) (spans []Span, err error) {
	err = p.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		rules, err := p.cfg.Store.Rules(tx)
		if err == nil {
			spans = Spans(rules, w.from, w.to, w.where)
		}
		return err
	})
	return spans, err
}

// calendarView is the view of the calendar.
type calendarView struct {
	Table   listing.Table
	Problem *web.Notice
	Axis    words.Message
	File    string // address of the iCalendar file of the same
	Data    string // and of the JSON
	Phases  listing.Table
	Ways    []web.Link // what the officer who looks may do
}

func (p *Pages) calendar(w http.ResponseWriter, r *http.Request) {
	ask := p.wish(r)
	spans, err := p.spans(r, ask)
	if err != nil {
		web.Broken(w, r, p.cfg.Log, err)
		return
	}
	v := calendarView{Phases: phases(), Axis: words.Say("calendar.axis", "from", ask.from.Words(), "to", ask.to.Words(), "today", ask.today.Words())}
	if ask.Unknown != "" {
		spans = nil
		v.Problem = &web.Notice{Kind: web.Warn, Title: words.Say("calendar.no_seat", "seat", ask.Unknown), Text: words.Say("calendar.no_seat_text")}
	}
	var rows []listing.Row
	for _, s := range spans {
		rows = append(rows, row(s, ask))
	}
	v.Table = ask.query.Table(len(rows), rows)
	query := ask.query.Values()
	query.Set("lang", string(web.ChooseLanguage(r, words.Urdu)))
	v.File, v.Data = "/rolls/calendar.ics?"+query.Encode(), "/rolls/calendar.json?"+query.Encode()
	if v.Ways, err = p.ways(r, []way{{"/rolls/revisions/new", phase.ActPlan, "calendar.begin"}, {"/rolls/freezes/new", phase.ActFreeze, "calendar.freeze_ask"}}); err != nil {
		web.Broken(w, r, p.cfg.Log, err)
		return
	}
	pages.Render(w, r, http.StatusOK, "calendar", web.ChooseLanguage(r, words.Urdu), v, calendarList.Keep()...)
}

// row is a span as the table shows it, with its bar.
func row(s Span, w wish) listing.Row {
	name := any(web.Link{Href: Home + "/" + s.Row.ID, Text: s.Name()})
	if s.Has(w.today) {
		name = []any{name, web.Tag{Kind: web.Info, Text: words.Say("calendar.now")}}
	}
	last := any(s.To.Words())
	if s.To == "" {
		last = words.Say("calendar.until_results")
	}
	return listing.Row{web.Hint{Value: name, Below: bar(s, w)}, s.From.Words(), last, areas(s.Row.Scope)}
}

// series are the colours of the bars; they only repeat what the words say.
var series = map[phase.Phase]int{phase.Periodic: 6, phase.Draft: 6, phase.Display: 1, phase.Claims: 1, phase.Revision: 3, phase.Final: 4,
	phase.Freeze: 2, phase.Continuous: 5}

// bar draws the days of a span within those that the calendar shows, and today.
func bar(s Span, w wish) template.HTML {
	whole := float64(days(w.from, w.to) + 1)
	from, to := max(s.From, w.from), s.To
	if to == "" || to > w.to {
		to = w.to
	}
	x := func(d office.Day) float64 { return 100 * float64(days(w.from, d)) / whole }
	svg := fmt.Sprintf(`<svg class="row-plot" width="100%%" height="14" aria-hidden="true" focusable="false"><rect class="series-%d" x="%.2f%%" width="%.2f%%" height="14"/>`,
		series[s.Phase], x(from), max(0.5, 100*float64(days(from, to)+1)/whole))
	if w.from <= w.today && w.today <= w.to {
		svg += fmt.Sprintf(`<line class="plot-base" x1="%[1]s" x2="%[1]s" y1="0" y2="14"/>`, fmt.Sprintf("%.2f%%", x(w.today)))
	}
	return template.HTML(svg + `</svg>`)
}

func days(from, to office.Day) int {
	return int(to.Words().Time().Sub(from.Words().Time()).Hours()+12) / 24
}

// phases is the table of the law: what may be done in each phase.
func phases() listing.Table {
	var rows []listing.Row
	for _, ph := range phase.Phases() {
		var may []any
		for _, d := range phase.Deeds() {
			if phase.Allows(phase.State{Phase: ph}, d) == nil {
				may = append(may, words.Say(d.Key()))
			}
		}
		rows = append(rows, listing.Row{words.Say(ph.Key()), may})
	}
	return listing.Plain(words.Say("calendar.by_phase"), []listing.Column{{Label: words.Say("calendar.phase")}, {Label: words.Say("calendar.may")}}, rows)
}

// A way is a page with the act that it takes.
type way struct {
	href string
	act  office.Act
	key  string
}

// ways are those of some pages that whoever looks may go to.
func (p *Pages) ways(r *http.Request, all []way) (links []web.Link, err error) {
	by, ok := office.From(r.Context())
	if !ok {
		return nil, nil
	}
	err = p.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		links = nil
		for _, w := range all {
			d, err := p.cfg.Book.Decide(tx, by, w.act, office.Target{Somewhere: true})
			if err != nil {
				return err
			}
			if d.Allowed {
				links = append(links, web.Link{Href: w.href, Text: words.Say(w.key)})
			}
		}
		return nil
	})
	return links, err
}

// ics answers with the same as the page as an iCalendar file.
func (p *Pages) ics(w http.ResponseWriter, r *http.Request) {
	ask := p.wish(r)
	spans, err := p.spans(r, ask)
	if err == nil && ask.Unknown != "" {
		web.Fail(w, r, http.StatusNotFound)
		return
	}
	if err != nil {
		web.Broken(w, r, p.cfg.Log, err)
		return
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="rolls-calendar.ics"`)
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(ICalendar(spans, web.ChooseLanguage(r, words.Urdu), ask.to)))
}

// dated is a span as JSON.
type dated struct {
	What    string      `json:"what"` // step, freeze, override
	Phase   string      `json:"phase"`
	Kind    string      `json:"kind,omitempty"`
	From    office.Day  `json:"from"`
	To      office.Day  `json:"to,omitempty"` // missing until the results are announced
	Areas   []area.Area `json:"areas"`
	Row     string      `json:"row"`
	Version int64       `json:"version"`
	Reason  struct {
		En string `json:"en"`
		Ur string `json:"ur"`
	} `json:"reason"`
}

// json answers with the same as the page for a program.
func (p *Pages) json(w http.ResponseWriter, r *http.Request) {
	ask := p.wish(r)
	spans, err := p.spans(r, ask)
	if err != nil {
		web.Broken(w, r, p.cfg.Log, err)
		return
	}
	if ask.Unknown != "" {
		web.Fail(w, r, http.StatusNotFound)
		return
	}
	all := []dated{}
	for _, s := range spans {
		d := dated{What: s.What, Phase: string(s.Phase), Kind: s.Kind, From: s.From, To: s.To, Areas: s.Row.Scope, Row: s.Row.ID, Version: s.Row.Version}
		d.Reason.En, d.Reason.Ur = s.Row.Reason.En, s.Row.Reason.Ur
		all = append(all, d)
	}
	web.WriteJSON(w, http.StatusOK, "application/json", all)
}

// fail answers when something is not done.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *office.Refusal
	switch {
	case errors.As(err, &refusal):
		web.FailBecause(w, r, http.StatusForbidden, "forbidden", office.Texts.Both(refusal.Reason.Key()))
	case errors.Is(err, phase.ErrMissing):
		web.Fail(w, r, http.StatusNotFound)
	case errors.Is(err, phase.ErrChanged):
		web.FailBecause(w, r, http.StatusConflict, "changed", catalogue.Both("calendar.error.changed"))
	case errors.Is(err, approval.ErrAskedBefore):
		web.FailBecause(w, r, http.StatusConflict, "asked_before", catalogue.Both("calendar.error.asked_before"))
	default:
		web.Broken(w, r, p.cfg.Log, err)
	}
}
