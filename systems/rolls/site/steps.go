package site

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
)

// A stepForm is one step of a claim as a form.
type stepForm struct {
	step   claim.Step
	path   string
	gate   office.Act // of the route: who decides which form is asked again by the verb
	act    func(claim.Form) office.Act
	grave  bool // its answers are checked once more
	danger bool
	body   int64
	fields func(*stepLook) ([]form.Field, error)
	fill   func(*stepLook) (map[string]string, error) // what stands in the fields at first
	do     func(*stepLook, *database.Tx, *form.Filled, int64) error
}

// stepLook is a claim on which a step is taken.
type stepLook struct {
	*turn
	l     *counter.Look
	c     claim.Claim
	b     rolls.Block
	entry int64 // version of the entry that the officer looks at, 0 if there is none
}

func is(act office.Act) func(claim.Form) office.Act {
	return func(claim.Form) office.Act { return act }
}

// steps are the steps that officers take.
var steps = []stepForm{
	{step: claim.Return, path: "return", gate: claim.ActList, act: is(claim.ActList), fields: textField("missing"),
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			return s.cfg.Claims.Return(tx, s.By, s.c.Number, v, f.Text("missing"))
		}},
	{step: claim.Complete, path: "complete", gate: claim.ActReceive, act: is(claim.ActReceive), body: documentMost, fields: completeFields, do: doComplete},
	{step: claim.List, path: "list", gate: claim.ActList, act: is(claim.ActList), fields: hearingFields, fill: fillHearing,
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			h, err := readHearing(f)
			if err != nil {
				return err
			}
			return s.cfg.Claims.List(tx, s.By, s.c.Number, v, h)
		}},
	{step: claim.Adjourn, path: "adjourn", gate: claim.ActList, act: is(claim.ActList), fields: adjournFields, fill: fillHearing,
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			h, err := readHearing(f)
			if err != nil {
				return err
			}
			return s.cfg.Claims.Adjourn(tx, s.By, s.c.Number, v, h, f.Text("reason"))
		}},
	{step: claim.Hear, path: "hear", gate: claim.ActRead, act: claim.Form.DecideAct, fields: textField("notes"),
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			return s.cfg.Claims.Hear(tx, s.By, s.c.Number, v, f.Text("notes"))
		}},
	{step: claim.Decide, path: "decide", gate: claim.ActRead, act: claim.Form.DecideAct, grave: true, fields: decideFields,
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			entry, _ := strconv.ParseInt(f.Text("entry"), 10, 64)
			return s.cfg.Claims.Decide(tx, s.By, s.c.Number, v, entry, readDecision(f))
		}},
	{step: claim.Withdraw, path: "withdraw", gate: claim.ActReceive, act: is(claim.ActReceive), grave: true, danger: true, fields: textField("reason"),
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			return s.cfg.Claims.Withdraw(tx, s.By, s.c.Number, v, f.Text("reason"))
		}},
	{step: claim.Appeal, path: "appeal", gate: claim.ActReceive, act: is(claim.ActReceive), grave: true, fields: appealFields,
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			return s.cfg.Claims.Appeal(tx, s.By, s.c.Number, v, claim.Appellant(f.Text("side")), f.Text("grounds"))
		}},
	{step: claim.Settle, path: "settle", gate: claim.ActAppeal, act: is(claim.ActAppeal), grave: true, fields: decideFields,
		do: func(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
			entry, _ := strconv.ParseInt(f.Text("entry"), 10, 64)
			return s.cfg.Claims.Settle(tx, s.By, s.c.Number, v, entry, readDecision(f))
		}},
}

// step asks for a step of a claim, and takes it.
func (t *turn) step(one stepForm) {
	t.askSeen(func(l *counter.Look) (*asked, error) {
		s := &stepLook{turn: t, l: l}
		var err error
		if s.c, s.b, err = t.claimFor(l.Tx); err != nil {
			return nil, err
		}
		if _, err := t.must(l.Tx, t.By, one.act(s.c.Form), &s.b); err != nil {
			return nil, err
		}
		if e, found, err := t.cfg.Claims.Entry(l.Tx, &s.c); err != nil {
			return nil, err
		} else if found {
			s.entry = e.Version
		}
		fields, err := one.fields(s)
		if err != nil {
			return nil, err
		}
		here := "/rolls/claims/" + string(s.c.Number)
		a := &asked{ID: "form-" + one.path, Title: words.Say("site.step." + one.path), Lead: words.Say("site.step." + one.path + "_text"), Crumbs: claimCrumbs(string(s.c.Number)),
			Rows: []form.Row{{Label: words.Say("site.claim.asked"), Value: words.Say(s.c.Asked.Key())}, {Label: words.Say("site.claim.state"), Value: web.Tag{Kind: stateKind(s.c.State), Text: words.Say(s.c.State.Key())}}},
			form: &form.Form{Name: "rolls." + one.path, Submit: words.Say("site.step." + one.path + "_do"), Danger: one.danger, Fields: fields},
			held: map[string]string{"version": fmt.Sprint(s.c.Version), "entry": fmt.Sprint(s.entry)},
		}
		if _, there := claim.Next(s.c.State, one.step); !there {
			a.Notices = append(a.Notices, web.Notice{Kind: web.Warn, Title: words.Say("site.no_step"), Text: words.Say("site.no_step_text"), Link: web.Link{Href: here, Text: words.Say("site.back_to_claim")}})
		}
		if one.fill != nil {
			first, err := one.fill(s)
			if err != nil {
				return nil, err
			}
			a.fill = func(f *form.Filled) {
				for name, value := range first {
					f.Set(name, value)
				}
			}
		}
		if one.grave {
			a.sure = func(*form.Filled) words.Message { return words.Say("site.step." + one.path + "_sure") }
		}
		a.do = func(tx *database.Tx, f *form.Filled) error {
			version, _ := strconv.ParseInt(f.Text("version"), 10, 64)
			return one.do(s, tx, f, version)
		}
		a.after = func(*form.Filled) { t.Done("site.notice."+one.path, here) }
		return a, nil
	})
}

// textField asks for one text in words that the parties may get to read.
func textField(name string) func(*stepLook) ([]form.Field, error) {
	return func(*stepLook) ([]form.Field, error) {
		return []form.Field{{Name: name, Kind: form.Long, Label: words.Say("site.text." + name), Hint: words.Say("site.text." + name + "_hint"), Most: 1000}}, nil
	}
}

func completeFields(*stepLook) ([]form.Field, error) {
	var what []form.Option
	for _, w := range attachment.Whats() {
		what = append(what, form.Option{Value: string(w), Text: words.Say(w.Key())})
	}
	return []form.Field{
		{Name: "text", Kind: form.Long, Label: words.Say("site.text.complete"), Optional: true, Most: 1000},
		{Name: "document", Kind: form.File, Label: words.Say("site.document"), Hint: words.Say("site.document_hint"), Optional: true, Most: attachment.BytesMost, Types: []string{"image/jpeg", "image/png", "application/pdf"}},
		{Name: "what", Kind: form.Select, Label: words.Say("site.document_what"), Options: what, Optional: true},
	}, nil
}

func doComplete(s *stepLook, tx *database.Tx, f *form.Filled, v int64) error {
	var documents []attachment.Document
	if d := f.Document("document"); d != nil {
		what := attachment.What(f.Text("what"))
		if what == "" {
			what = attachment.Other
		}
		one, err := attachment.Check(what, d.Content)
		if err != nil {
			return &claim.Refused{Why: claim.BadDocument, Field: "document", Err: err}
		}
		documents = append(documents, one)
	}
	return s.cfg.Claims.Complete(tx, s.By, s.c.Number, v, f.Text("text"), documents)
}

// hearingFields ask for day, time, place and officer of a hearing.
func hearingFields(s *stepLook) ([]form.Field, error) {
	judges, err := s.judges()
	if err != nil {
		return nil, err
	}
	today := words.DayOf(s.Book.Now())
	return []form.Field{
		{Name: "day", Kind: form.Date, Label: words.Say("site.hearing_day"), Earliest: today, Latest: today.Add(366)},
		{Name: "time", Label: words.Say("site.hearing_time"), Hint: words.Say("site.hearing_time_hint"), Short: true, Most: 5, Check: func(f *form.Filled) words.Message {
			if _, err := time.Parse("15:04", f.Text("time")); err != nil {
				return words.Say("site.error.time")
			}
			return words.Message{}
		}},
		{Name: "place_en", Label: words.Say("site.hearing_place_en"), Most: 120},
		{Name: "place_ur", Label: words.Say("site.hearing_place_ur"), Most: 120},
		{Name: "officer", Kind: form.Select, Label: words.Say("site.hearing_officer"), Hint: words.Say("site.hearing_officer_hint"), Options: judges},
	}, nil
}

func adjournFields(s *stepLook) ([]form.Field, error) {
	fields, err := hearingFields(s)
	return append(fields, form.Field{Name: "reason", Kind: form.Long, Label: words.Say("site.text.adjourn"), Hint: words.Say("site.text.reason_hint"), Most: 500}), err
}

// fillHearing gives the hearing that there is already, or has the officer who lists it
// hear it, if he may.
func fillHearing(s *stepLook) (map[string]string, error) {
	if h := s.c.Hearing; !h.At.IsZero() {
		return map[string]string{"place_en": h.Place.En, "place_ur": h.Place.Ur, "officer": string(h.Officer)}, nil
	}
	may, err := s.cfg.Claims.May(s.l.Tx, s.By, s.c.Form.DecideAct(), &s.c)
	if err != nil || !may {
		return nil, err
	}
	return map[string]string{"officer": string(s.By.Officer)}, nil
}

func readHearing(f *form.Filled) (h claim.Hearing, err error) {
	clock, err := time.Parse("15:04", f.Text("time"))
	if err != nil {
		return h, err
	}
	day := f.Day("day")
	h.At = time.Date(day.Year, day.Month, day.Day, clock.Hour(), clock.Minute(), 0, 0, words.Zone)
	h.Place = words.Both{En: f.Text("place_en"), Ur: f.Text("place_ur")}
	h.Officer = office.OfficerID(f.Text("officer"))
	return h, nil
}

// judges are the officers who may decide the claim: those who have the role at an office
// over the block.
func (s *stepLook) judges() (all []form.Option, err error) {
	offices, err := s.Book.Offices(s.l.Tx)
	if err != nil {
		return nil, err
	}
	var seen []office.OfficerID
	for _, o := range offices {
		if !slices.ContainsFunc(o.Areas(), func(a area.Area) bool { return area.Within(s.b.Area(), a) || slices.Contains(s.b.Areas(), a) }) {
			continue
		}
		posts, err := s.Book.PostsAt(s.l.Tx, o.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			id, _ := p.Wielder(s.Book.Now())
			if id == "" || slices.Contains(seen, id) {
				continue
			}
			seen = append(seen, id)
			may, err := s.cfg.Claims.May(s.l.Tx, office.Acting{Officer: id}, s.c.Form.DecideAct(), &s.c)
			if err != nil {
				return nil, err
			}
			if !may {
				continue
			}
			who, err := s.Book.Officer(s.l.Tx, id)
			if err != nil {
				return nil, err
			}
			all = append(all, form.Option{Value: string(id), Text: words.Named(who.Name())})
		}
	}
	return all, nil
}

func appealFields(*stepLook) ([]form.Field, error) {
	var sides []form.Option
	for _, a := range []claim.Appellant{claim.ByClaimant, claim.ByOther} {
		sides = append(sides, form.Option{Value: string(a), Text: words.Say(a.Key())})
	}
	return []form.Field{{Name: "side", Kind: form.Radios, Label: words.Say("site.appellant"), Options: sides},
		{Name: "grounds", Kind: form.Long, Label: words.Say("site.text.grounds"), Most: 1000}}, nil
}

// decideFields ask for an outcome and its reasons, and of what is allowed in part, for
// what is.
func decideFields(s *stepLook) ([]form.Field, error) {
	var outcomes []form.Option
	part := false
	for _, o := range s.c.Outcomes() {
		outcomes = append(outcomes, form.Option{Value: string(o), Text: words.Say(o.Key()), Hint: words.Say("site.outcome." + string(o))})
		part = part || o == claim.InPart
	}
	if outcomes == nil { // the claim has gone on meanwhile: what was typed is still shown
		for _, o := range claim.Outcomes() {
			outcomes = append(outcomes, form.Option{Value: string(o), Text: words.Say(o.Key())})
		}
	}
	fields := []form.Field{{Name: "outcome", Kind: form.Radios, Label: words.Say("site.outcome"), Options: outcomes}}
	switch {
	case !part:
	case s.c.Form.Kind() == claim.Correction:
		var wishes []form.Option
		for _, w := range s.c.Wishes {
			value := w.Value
			if w.Field == claim.FieldCNIC {
				value = maskedCNIC(value)
			}
			wishes = append(wishes, form.Option{Value: string(w.Field), Text: words.Say("site.wish", "field", words.Say(w.Field.Key()), "value", value)})
		}
		fields = append(fields, form.Field{Name: "fields", Kind: form.Checks, Label: words.Say("site.in_part_fields"), Hint: words.Say("site.in_part_hint"), Options: wishes, Optional: true})
	case s.c.Form.Kind() == claim.Enrolment:
		var kinds []form.Option
		for _, k := range []rolls.AddressKind{rolls.PermanentAddress, rolls.TemporaryAddress, rolls.PostingAddress} {
			kinds = append(kinds, form.Option{Value: k.String(), Text: words.Say("site.address." + k.String())})
		}
		fields = append(fields, form.Field{Name: "chosen", Kind: form.Radios, Label: words.Say("site.in_part_chosen"), Hint: words.Say("site.in_part_hint"), Options: kinds, Optional: true})
	}
	return append(fields, form.Field{Name: "reasons", Kind: form.Long, Label: words.Say("site.text.reasons"), Hint: words.Say("site.text.reasons_hint"), Most: 1000}), nil
}

func readDecision(f *form.Filled) claim.Decision {
	d := claim.Decision{Outcome: claim.Outcome(f.Text("outcome")), Reasons: f.Text("reasons")}
	for i := range f.Form.Fields {
		switch f.Form.Fields[i].Name {
		case "fields":
			for _, one := range f.Chosen("fields") {
				d.Fields = append(d.Fields, claim.Field(one))
			}
		case "chosen":
			for _, k := range []rolls.AddressKind{rolls.PermanentAddress, rolls.TemporaryAddress, rolls.PostingAddress} {
				if k.String() == f.Text("chosen") {
					d.Chosen = k
				}
			}
		}
	}
	return d
}
