package watch

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/ledger"
	"intikhab/platform/office/audit"
	"intikhab/platform/web"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// state is the view of the first page.
type state struct {
	Notices   []web.Notice // what is wrong, the worst first
	Log       ledger.Status
	Origin    string // "" where another node keeps the log
	Sealer    audit.SealerState
	Bus       bus.Status
	Reached   bool // the bus could be asked
	Queues    listing.Table
	Schedules listing.Table
	Dead      uint64
	Now       time.Time
}

// late is how old a message of the outbox or an unsealed row may be before the page
// says so: both take a second or two.
const late = time.Minute

func (w *Watch) state(rw http.ResponseWriter, r *http.Request) {
	v := w.look(r)
	v.Queues = queues(v.Bus.Queues)
	schedules, err := w.cfg.Bus.Schedules(r.Context())
	if err != nil {
		w.cfg.Log.Warn("the bus does not name its schedules", "id", web.RequestID(r.Context()), "error", err)
	}
	v.Schedules = plans(schedules)
	w.page(rw, r, http.StatusOK, "state", v)
}

// look finds out how everything stands, and what is wrong.
func (w *Watch) look(r *http.Request) state {
	v := state{Now: w.cfg.Now()}
	var err error
	if w.cfg.Ledger != nil {
		w.record(r, &v)
	}
	if v.Bus, err = w.cfg.Bus.Status(r.Context()); err != nil {
		w.cfg.Log.Warn("the bus does not say how it stands", "id", web.RequestID(r.Context()), "error", err)
		v.Notices = append(v.Notices, web.Notice{Kind: web.Bad, Title: words.Say("watch.bus_failed"), Text: words.Say("watch.bus_failed_text")})
	} else if v.Reached = true; v.Bus.Outbox.Waiting > 0 && v.Now.Sub(v.Bus.Outbox.Oldest) > late {
		v.Notices = append(v.Notices, web.Notice{Kind: web.Warn, Title: words.Say("watch.outbox_late"), Text: words.Say("watch.outbox_late_text")})
	}
	for _, q := range v.Bus.Queues {
		v.Dead += q.Dead
	}
	if v.Dead > 0 {
		v.Notices = append(v.Notices, web.Notice{Kind: web.Warn, Title: words.Say("watch.dead", "n", v.Dead), Text: words.Say("watch.dead_text"),
			Link: web.Link{Href: "/watch/letters", Text: words.Say("watch.letters")}})
	}
	return v
}

// record looks at the public log and at the sealing of the audit trail.
func (w *Watch) record(r *http.Request, v *state) {
	v.Origin, v.Sealer = w.cfg.Ledger.Origin(), w.cfg.Sealer.State()
	var err error
	if v.Log, err = w.cfg.Ledger.Status(r.Context()); err != nil || v.Log.Failed != nil {
		v.Notices = append(v.Notices, web.Notice{Kind: web.Bad, Title: words.Say("watch.ledger_failed"), Text: words.Say("watch.ledger_failed_text")})
	}
	if v.Sealer.Trouble != nil || v.Sealer.Waiting > 0 && v.Now.Sub(v.Sealer.At) > late {
		v.Notices = append(v.Notices, web.Notice{Kind: web.Bad, Title: words.Say("watch.sealer_stands"), Text: words.Say("watch.sealer_stands_text")})
	}
}

func queues(all []bus.QueueStatus) listing.Table {
	slices.SortFunc(all, func(a, b bus.QueueStatus) int { return strings.Compare(a.Queue, b.Queue) })
	var rows []listing.Row
	for _, q := range all {
		rows = append(rows, listing.Row{words.Plain(q.Queue), q.Waiting, q.Taken, q.Later, q.Dead})
	}
	t := listing.Plain(words.Say("watch.queues"), []listing.Column{
		{Label: words.Say("watch.queue")}, {Label: words.Say("watch.waiting"), Number: true}, {Label: words.Say("watch.taken"), Number: true},
		{Label: words.Say("watch.later"), Number: true}, {Label: words.Say("watch.died"), Number: true},
	}, rows)
	t.Empty = words.Say("watch.no_queues")
	return t
}

func plans(all []bus.Schedule) listing.Table {
	var rows []listing.Row
	for _, s := range all {
		went := any(web.Tag{Kind: web.Good, Text: words.Say("watch.well")})
		switch {
		case s.Fail != "":
			went = web.Hint{Value: web.Tag{Kind: web.Bad, Text: words.Say("watch.badly")}, Below: words.Plain(s.Fail)}
		case s.Last.IsZero():
			went = web.Tag{Kind: web.Quiet, Text: words.Say("watch.never")}
		}
		rows = append(rows, listing.Row{web.Hint{Value: words.Plain(s.Name), Below: words.Plain(s.Rule)}, when(s.Last), when(s.Next), went})
	}
	t := listing.Plain(words.Say("watch.schedules"), []listing.Column{
		{Label: words.Say("watch.schedule")}, {Label: words.Say("watch.last")}, {Label: words.Say("watch.next")}, {Label: words.Say("watch.went")},
	}, rows)
	t.Empty = words.Say("watch.no_schedules")
	return t
}

// when is an instant, or a dash where there is none.
func when(t time.Time) any {
	if t.IsZero() {
		return words.Plain("–")
	}
	return t
}

// AllWell is what the page says when there is nothing to say.
func (state) AllWell() web.Notice {
	return web.Notice{Kind: web.Good, Title: words.Say("watch.well_all")}
}
