package site

import (
	"net/http"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/phase/calendar"
	"intikhab/systems/rolls/search"
)

// rooms are the pages about the rolls, each with the act that it takes.
var rooms = []struct {
	href string
	act  office.Act
	key  string
	text string
}{
	{"/rolls/claims", claim.ActRead, "site.room.claims", "site.room.claims_text"},
	{"/rolls/search", search.Act, "site.room.search", "site.room.search_text"},
	{"/rolls/blocks", ActRead, "site.room.blocks", "site.room.blocks_text"},
	{"/rolls/centre", claim.ActReceive, "site.room.centre", "site.room.centre_text"},
	{"/rolls/calendar", "phase.read", "site.room.calendar", "site.room.calendar_text"},
	{"/rolls/doubles", ActDoubles, "site.room.doubles", "site.room.doubles_text"},
	{"/rolls/anomalies", "anomaly.read", "site.room.anomalies", "site.room.anomalies_text"},
	{"/figures", "figures.read", "site.room.figures", "site.room.figures_text"},
	{"/rolls/feed", feed.ActRead, "site.room.feed", "site.room.feed_text"},
	{"/rolls/print", "print.block", "site.room.print", "site.room.print_text"},
	{"/rolls/frozen", ActRead, "site.room.frozen", "site.room.frozen_text"},
	{"/rolls/proof/check", ActProof, "site.room.proof", "site.room.proof_text"},
}

// homePage is the view of an officer's start.
type homePage struct {
	Waits  []form.Row // what waits for him
	States listing.Table
	Rooms  []room
	Phases listing.Table
}

type room struct {
	web.Link
	Below words.Message
}

func (t *turn) home() {
	t.Show(http.StatusOK, "home", func(l *counter.Look) (any, error) {
		v := homePage{}
		for _, r := range rooms {
			if office.Known(r.act) && l.Somewhere(r.act) {
				v.Rooms = append(v.Rooms, room{web.Link{Href: r.href, Text: words.Say(r.key)}, words.Say(r.text)})
			}
		}
		if err := t.waits(l, &v); err != nil {
			return nil, err
		}
		rows, err := t.phases(l)
		v.Phases = listing.Plain(words.Say("site.phases"), []listing.Column{{Label: words.Say("site.area")}, {Label: words.Say("site.phase")}, {Label: words.Say("site.until")}}, rows)
		v.Phases.Empty = words.Say("site.no_areas")
		return v, err
	})
}

// waits gathers what waits for the officer who looks.
func (t *turn) waits(l *counter.Look, v *homePage) error {
	add := func(key string, n int, href string) {
		v.Waits = append(v.Waits, form.Row{Label: words.Say(key), Value: web.Link{Href: href, Text: words.Say("site.n", "n", n)}})
	}
	if l.Somewhere(claim.ActRead) {
		counts, err := t.cfg.Claims.Counts(l.Tx, t.By)
		if err != nil {
			return err
		}
		var rows []listing.Row
		for _, s := range claim.States() {
			if n := counts[s]; n > 0 {
				rows = append(rows, listing.Row{web.Link{Href: "/rolls/claims?state=" + string(s), Text: words.Say(s.Key())}, n})
			}
		}
		v.States = listing.Plain(words.Say("site.claims_by_state"), []listing.Column{{Label: words.Say("site.claim.state")}, {Label: words.Say("site.claims"), Number: true}}, rows)
		v.States.Empty = words.Say("site.no_claims")
		today := office.DayOf(t.Book.Now())
		_, n, err := t.cfg.Claims.Find(l.Tx, t.By, claim.Query{States: []claim.State{claim.Listed, claim.Heard}, On: today, Limit: 1})
		if err != nil {
			return err
		}
		add("site.hearings_today", n, "/rolls/claims?day="+string(today))
		if _, n, err = t.cfg.Claims.Find(l.Tx, t.By, claim.Query{States: []claim.State{claim.Received, claim.Returned, claim.Listed, claim.Heard}, Conflict: true, Limit: 1}); err != nil {
			return err
		}
		add("site.with_conflicts", n, "/rolls/claims?mine=conflict")
	}
	if l.Somewhere(feed.ActRead) {
		batches, err := t.cfg.Feed.Batches(l.Tx, 0, 200)
		if err != nil {
			return err
		}
		n := 0
		for _, b := range batches {
			if b.State == feed.Previewed {
				n++
			}
		}
		add("site.batches", n, "/rolls/feed")
	}
	if l.Somewhere("approval.decide") {
		all, err := t.cfg.Approvals.For(l.Tx, t.By)
		if err != nil {
			return err
		}
		add("site.approvals", len(all), "/approvals")
	}
	if office.Known("anomaly.read") && l.Somewhere("anomaly.read") {
		v.Waits = append(v.Waits, form.Row{Label: words.Say("site.anomalies"), Value: web.Link{Href: "/rolls/anomalies", Text: words.Say("site.look")}})
	}
	if l.Somewhere(frozen.ActPublish) {
		since, stale, err := t.cfg.Keeper.Stale(l.Tx)
		if err != nil {
			return err
		}
		if stale {
			v.Waits = append(v.Waits, form.Row{Label: words.Say("site.behind"), Value: web.Hint{Value: web.Link{Href: "/rolls/frozen", Text: words.Say("site.look")}, Below: since}})
		}
	}
	return nil
}

// mostPhases is how many of an officer's areas the start tells the phase of.
const mostPhases = 12

// phases tells what time it is for the rolls of the officer's areas.
func (t *turn) phases(l *counter.Look) (rows []listing.Row, err error) {
	areas, err := t.areas(l.Tx, ActRead)
	if err != nil {
		return nil, err
	}
	rules, err := t.cfg.Phases.Rules(l.Tx)
	if err != nil {
		return nil, err
	}
	today := office.DayOf(t.Book.Now())
	for _, a := range areas[:min(len(areas), mostPhases)] {
		var now, until []any
		for _, s := range calendar.Spans(rules, today, today, spanArea(a)) {
			name := words.Say(s.Phase.Key())
			if s.What == calendar.Override {
				name = words.Say("site.override")
			}
			now = append(now, web.Link{Href: calendar.Home + "/" + s.Row.ID, Text: name})
			if s.To == "" {
				until = append(until, words.Say("site.until_results"))
			} else {
				until = append(until, s.To.Words())
			}
		}
		if now == nil {
			now, until = []any{words.Say("phase.continuous")}, []any{words.Say("site.open")}
		}
		rows = append(rows, listing.Row{areaName(a), now, until})
	}
	return rows, nil
}

// spanArea is the area as the calendar takes it: of the whole country, everything.
func spanArea(a area.Area) area.Area {
	if a == area.Country {
		return area.Area{}
	}
	return a
}
