package phase

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/words"
)

var (
	// ErrMissing says that there is no row of that id.
	ErrMissing = errors.New("there is no such programme, freeze or override")
	// ErrChanged says that somebody has changed the row meanwhile, or that it is over.
	ErrChanged = errors.New("it was changed meanwhile, or is over: look at it again")
)

// The acts of the table of permissions.
const (
	ActRead     office.Act = "phase.read"
	ActPlan     office.Act = "phase.plan"
	ActFreeze   office.Act = "roll.freeze"    // takes two officers
	ActOverride office.Act = "phase.override" // takes two officers
	ActClose    office.Act = "phase.close"
)

// A Freezer is what is asked for of a freeze, the payload of act roll.freeze: a new one,
// or with the ID and the Version of one that there is its change or withdrawal.
type Freezer struct {
	ID       string      `json:"id,omitempty"`
	Version  int64       `json:"version,omitempty"`
	Kind     Occasion    `json:"kind"`
	Scope    []area.Area `json:"scope"`
	Basis    office.Day  `json:"basis"`
	From     office.Day  `json:"from"` // "" is the law's first day
	Reason   words.Both  `json:"reason"`
	Withdraw bool        `json:"withdraw,omitempty"`
}

// A Thaw is what is asked for of an override, the payload of act phase.override, as a
// Freezer is of a freeze. Withdraw ends one that is under way yesterday.
type Thaw struct {
	ID       string      `json:"id,omitempty"`
	Version  int64       `json:"version,omitempty"`
	Freeze   string      `json:"freeze"`
	Scope    []area.Area `json:"scope"`
	From     office.Day  `json:"from"`
	To       office.Day  `json:"to"`
	Reason   words.Both  `json:"reason"`
	Withdraw bool        `json:"withdraw,omitempty"`
}

// Register has a desk of approvals do what two officers have agreed on.
func (s *Store) Register(desk *approval.Desk) {
	desk.Register(ActFreeze, func(tx *database.Tx, a approval.Approval) error {
		var f Freezer
		if err := payload(a, &f); err != nil {
			return err
		}
		row, err := s.freezing(tx, f)
		if err != nil {
			return err
		}
		if row.Version == 1 {
			row.ID = a.ID
		}
		row.Made, row.By, row.Approval = s.book.Now(), a.AskedBy, a.ID
		if err := insert(tx, "phase_freeze", row.Row, "kind, basis_day, from_day, closed_day", row.Kind, row.Basis, row.From, row.Closed); err != nil {
			return err
		}
		return s.approved(tx, a, "freeze:"+row.ID, row.Row, "kind", string(row.Kind), "days", "from "+string(row.From))
	})
	desk.Register(ActOverride, func(tx *database.Tx, a approval.Approval) error {
		var o Thaw
		if err := payload(a, &o); err != nil {
			return err
		}
		row, err := s.thaw(tx, o)
		if err != nil {
			return err
		}
		if row.Version == 1 {
			row.ID = a.ID
		}
		row.Made, row.By, row.Approval = s.book.Now(), a.AskedBy, a.ID
		if err := insert(tx, "phase_override", row.Row, "freeze_id, from_day, to_day", row.Freeze, row.From, row.To); err != nil {
			return err
		}
		return s.approved(tx, a, "override:"+row.ID, row.Row, "freeze", row.Freeze, "days", office.Span{From: row.From, To: row.To}.String())
	})
}

func payload(a approval.Approval, v any) error {
	d := json.NewDecoder(bytes.NewReader(a.Payload))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("approval %s: its payload can't be read: %w", a.ID, err)
	}
	return nil
}

// approved writes the row of the audit trail of what two officers have done.
func (s *Store) approved(tx *database.Tx, a approval.Approval, on string, row Row, fields ...string) error {
	e := audit.Entry{Officer: string(a.AskedBy), Act: string(a.Act), On: on, Reason: a.Reason}
	if a.AskedAs != "" {
		p, err := s.book.Post(tx, a.AskedAs)
		if err != nil {
			return err
		}
		e.Office = string(p.Office.ID)
		if p.Appointment.Officer != a.AskedBy {
			e.For = string(p.Appointment.Officer)
		}
	}
	e.Change("approval", nil, a.ID)
	e.Change("approved_by", nil, string(a.DecidedBy))
	return s.write(tx, e, row, fields...)
}

// write writes a row of the audit trail about the version of a row.
func (s *Store) write(tx *database.Tx, e audit.Entry, row Row, fields ...string) error {
	e.Change("version", nil, row.Version)
	e.Change("areas", nil, area.Join(row.Scope))
	if row.Withdrawn {
		e.Change("withdrawn", nil, "yes")
	}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Change(fields[i], nil, fields[i+1])
	}
	return audit.Write(tx, s.book.Now(), e)
}

// freezing checks what is asked for, and makes of it the version that it would be.
func (s *Store) freezing(tx *database.Tx, f Freezer) (row Freezing, err error) {
	row = Freezing{Row: Row{ID: f.ID, Version: 1, Scope: f.Scope, Reason: f.Reason}, Kind: f.Kind, Basis: f.Basis, From: f.From}
	if row.From == "" {
		row.From = s.Settings.FreezeFrom(f.Kind, f.Basis)
	}
	if f.ID == "" {
		return row, row.Check(s.Settings)
	}
	was, err := s.Freezing(tx, f.ID)
	if err != nil {
		return row, err
	}
	if was.Version != f.Version || was.Withdrawn || was.Closed != "" {
		return row, ErrChanged
	}
	if f.Withdraw {
		was.Reason, row = f.Reason, was
		row.Withdrawn = true
	}
	row.Version = was.Version + 1
	return row, row.Check(s.Settings)
}

// thaw is freezing of an override.
func (s *Store) thaw(tx *database.Tx, o Thaw) (row Override, err error) {
	row = Override{Row: Row{ID: o.ID, Version: 1, Scope: o.Scope, Reason: o.Reason}, Freeze: o.Freeze, From: o.From, To: o.To}
	today := office.DayOf(s.book.Now())
	var was *Override
	if o.ID != "" {
		now, err := s.Override(tx, o.ID)
		if err != nil {
			return row, err
		}
		if now.Version != o.Version || now.Withdrawn || now.To < today {
			return row, ErrChanged
		}
		was = &now
		row.Version, row.Freeze = now.Version+1, now.Freeze
		if o.Withdraw {
			row.Scope, row.From, row.To = now.Scope, now.From, now.To
			if now.From >= today {
				row.Withdrawn = true
			} else {
				row.To = before(today)
			}
		}
	}
	f, err := s.Freezing(tx, row.Freeze)
	if err != nil {
		return row, err
	}
	if len(row.Scope) == 0 {
		row.Scope = f.Scope
	}
	return row, row.Check(f, today, was)
}

// AskFreeze asks for a freeze, which begins to bind when a second officer has approved
// it; from the day that it names, even if that is past. A *Fault says what is wrong.
func (s *Store) AskFreeze(tx *database.Tx, desk *approval.Desk, by office.Acting, f Freezer) (approval.Approval, error) {
	row, err := s.freezing(tx, f)
	if err != nil {
		return approval.Approval{}, err
	}
	f.From, f.Scope, f.Kind, f.Basis = row.From, row.Scope, row.Kind, row.Basis
	return desk.Ask(tx, by, approval.Request{Act: ActFreeze, On: "freeze:" + orNew(f.ID), Target: office.Target{Areas: row.Scope}, Payload: f, Reason: f.Reason.En})
}

// AskOverride asks for an override of a freeze, as AskFreeze does for a freeze. Without
// a scope it is the whole of the freeze.
func (s *Store) AskOverride(tx *database.Tx, desk *approval.Desk, by office.Acting, o Thaw) (approval.Approval, error) {
	row, err := s.thaw(tx, o)
	if err != nil {
		return approval.Approval{}, err
	}
	o.Freeze, o.Scope, o.From, o.To = row.Freeze, row.Scope, row.From, row.To
	return desk.Ask(tx, by, approval.Request{Act: ActOverride, On: "override:" + orNew(o.ID), Target: office.Target{Areas: row.Scope}, Payload: o, Reason: o.Reason.En})
}

func orNew(id string) string {
	if id == "" {
		return "new"
	}
	return id
}

// Plan makes a programme, or, where p has the ID of one and its Version, changes it: what
// was is kept as an older version. It gives the version as it stands now. A *Fault says
// what is wrong.
func (s *Store) Plan(tx *database.Tx, by office.Acting, p Programme) (Programme, error) {
	r, err := s.Rules(tx)
	if err != nil {
		return p, err
	}
	on := office.Target{Areas: p.Scope}
	var was *Programme
	if p.ID == "" {
		p.ID, p.Version = rand.Text(), 0
	} else {
		i := slices.IndexFunc(r.Programmes, func(o Programme) bool { return o.ID == p.ID })
		if i < 0 {
			return p, ErrMissing
		}
		if was = &r.Programmes[i]; was.Version != p.Version {
			return p, ErrChanged
		}
		on.Areas = slices.Concat(p.Scope, was.Scope)
	}
	d, err := s.book.Must(tx, by, ActPlan, on)
	if err != nil {
		return p, err
	}
	if err := p.Check(s.Settings, office.DayOf(s.book.Now()), was, r.Programmes); err != nil {
		return p, err
	}
	return s.putProgramme(tx, by, d, p)
}

// BreakOff ends a programme: one that has not begun is withdrawn, of one under way
// yesterday was the last day. What is past of it stays.
func (s *Store) BreakOff(tx *database.Tx, by office.Acting, id string, version int64, reason words.Both) (Programme, error) {
	p, err := s.Programme(tx, id)
	if err != nil {
		return p, err
	}
	d, err := s.book.Must(tx, by, ActPlan, office.Target{Areas: p.Scope})
	if err != nil {
		return p, err
	}
	today := office.DayOf(s.book.Now())
	if p.Version != version || p.Withdrawn || p.Last < today {
		return p, ErrChanged
	}
	if err := reasoned(reason); err != nil {
		return p, err
	}
	p.Reason = reason
	if p.Steps[0].From >= today {
		p.Withdrawn = true
	} else {
		p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(st Step) bool { return st.From >= today })
		p.Last = before(today)
	}
	return s.putProgramme(tx, by, d, p)
}

// putProgramme writes the version after the one that p names.
func (s *Store) putProgramme(tx *database.Tx, by office.Acting, d office.Decision, p Programme) (Programme, error) {
	p.Version++
	p.Made, p.By, p.Approval = s.book.Now(), by.Officer, ""
	if err := insert(tx, "phase_programme", p.Row, "kind, last_day, deviation_en, deviation_ur", p.Kind, p.Last, p.Deviation.En, p.Deviation.Ur); err != nil {
		return p, err
	}
	fields := []string{"kind", string(p.Kind), "last", string(p.Last)}
	for i, step := range p.Steps {
		if _, err := tx.Exec(`INSERT INTO phase_step (programme, version, place, phase, from_day) VALUES (?, ?, ?, ?, ?)`,
			p.ID, p.Version, i, step.Phase, step.From); err != nil {
			return p, err
		}
		fields = append(fields, string(step.Phase), string(step.From))
	}
	if p.Deviation.En != "" {
		fields = append(fields, "deviation", p.Deviation.En)
	}
	return p, s.write(tx, d.Entry(by, ActPlan, "programme:"+p.ID, p.Reason.En), p.Row, fields...)
}

// Close notes that the results were announced on a day, which is the last day of the freeze.
func (s *Store) Close(tx *database.Tx, by office.Acting, id string, day office.Day, reason words.Both) (Freezing, error) {
	f, err := s.Freezing(tx, id)
	if err != nil {
		return f, err
	}
	d, err := s.book.Must(tx, by, ActClose, office.Target{Areas: f.Scope})
	switch today := office.DayOf(s.book.Now()); {
	case err != nil:
		return f, err
	case f.Withdrawn || f.Closed != "":
		return f, ErrChanged
	case day < f.From || day > today:
		return f, fault("closed", "closed", "from", f.From.Words(), "today", today.Words())
	}
	if err := reasoned(reason); err != nil {
		return f, err
	}
	f.Version++
	f.Closed, f.Reason, f.Made, f.By, f.Approval = day, reason, s.book.Now(), by.Officer, ""
	if err := insert(tx, "phase_freeze", f.Row, "kind, basis_day, from_day, closed_day", f.Kind, f.Basis, f.From, f.Closed); err != nil {
		return f, err
	}
	return f, s.write(tx, d.Entry(by, ActClose, "freeze:"+f.ID, reason.En), f.Row, "closed", string(day))
}
