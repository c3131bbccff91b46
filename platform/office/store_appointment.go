package office

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office/area"
)

// Standing gives who acts as Decide needs it: his account's state and all his posts.
func (b *Book) Standing(tx *database.Tx, by Acting) (Standing, error) {
	who := Standing{Way: by.Way, Officer: by.Officer}
	if by.Way != "" || by.Officer == "" {
		return who, nil
	}
	err := tx.QueryRow(`SELECT state FROM office_officer WHERE id = ?`, by.Officer).Scan(&who.State)
	if errors.Is(err, sql.ErrNoRows) {
		return Standing{}, nil // an id of nobody is nobody
	}
	if err == nil {
		who.Posts, err = b.Posts(tx, by.Officer)
	}
	return who, err
}

// Posts gives an officer's posts, his own and those that he was given the charge of,
// at any time.
func (b *Book) Posts(tx *database.Tx, id OfficerID) ([]Post, error) {
	return b.postsWhere(tx, `a.officer = ? OR a.id IN (SELECT appointment FROM office_leave WHERE substitute = ?)`, id, id)
}

// PostsAt gives the posts of an office, at any time.
func (b *Book) PostsAt(tx *database.Tx, id OfficeID) ([]Post, error) {
	return b.postsWhere(tx, `a.office = ?`, id)
}

// Post gives one post, or ErrMissing.
func (b *Book) Post(tx *database.Tx, id AppointmentID) (Post, error) {
	posts, err := b.postsWhere(tx, `a.id = ?`, id)
	if err == nil && len(posts) == 0 {
		err = fmt.Errorf("appointment %q: %w", clip(string(id)), ErrMissing)
	}
	if err != nil {
		return Post{}, err
	}
	return posts[0], nil
}

// postsWhere reads posts by a condition on the appointment a, by first day and id.
func (b *Book) postsWhere(tx *database.Tx, where string, args ...any) ([]Post, error) {
	posts, err := readPosts(tx, where, args)
	if err != nil || len(posts) == 0 {
		return nil, err
	}
	byID := make(map[AppointmentID]*Post, len(posts))
	for i := range posts {
		byID[posts[i].Appointment.ID] = &posts[i]
	}
	rows, err := tx.Query(`SELECT id, appointment, from_day, to_day, given, given_by, reason, substitute, charged, charged_by, charge_approved,
		charge_reason, ended, ended_by, ended_reason FROM office_leave
		WHERE appointment IN (SELECT a.id FROM office_appointment a WHERE `+where+`) ORDER BY from_day, id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l Leave
		var given, charged, ended database.Time
		if err := rows.Scan(&l.ID, &l.Appointment, &l.Span.From, &l.Span.To, &given, &l.Given.By, &l.Given.Reason, &l.Substitute, &charged,
			&l.Charge.By, &l.Charge.Approved, &l.Charge.Reason, &ended, &l.Ended.By, &l.Ended.Reason); err != nil {
			return nil, err
		}
		l.Given.At, l.Charge.At, l.Ended.At = given.Time, charged.Time, ended.Time
		if p := byID[l.Appointment]; p != nil {
			p.Leaves = append(p.Leaves, l)
		}
	}
	return posts, rows.Err()
}

func readPosts(tx *database.Tx, where string, args []any) (posts []Post, err error) {
	rows, err := tx.Query(`SELECT a.id, a.officer, a.office, a.role, a.areas, a.from_day, a.to_day, a.granted, a.granted_by, a.approved_by, a.reason,
		a.ended, a.ended_by, a.ended_reason, o.id, o.kind, o.parent, o.name_en, o.name_ur, o.area, o.extra, o.opened, o.closed
		FROM office_appointment a JOIN office_office o ON o.id = a.office WHERE `+where+` ORDER BY a.from_day, a.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Post
		a := &p.Appointment
		var areas string
		var granted, ended database.Time
		p.Office, err = scanOffice(func(office ...any) error {
			return rows.Scan(append([]any{&a.ID, &a.Officer, &a.Office, &a.Role, &areas, &a.Span.From, &a.Span.To, &granted, &a.Granted.By,
				&a.Granted.Approved, &a.Granted.Reason, &ended, &a.Ended.By, &a.Ended.Reason}, office...)...)
		})
		if err == nil {
			a.Areas, err = area.ParseList(areas)
		}
		if err != nil {
			return nil, err
		}
		a.Granted.At, a.Ended.At = granted.Time, ended.Time
		posts = append(posts, p)
	}
	return posts, rows.Err()
}

// EndAppointment ends an appointment now, before its last day, with a reason.
func (b *Book) EndAppointment(tx *database.Tx, by Acting, id AppointmentID, reason string) error {
	if err := Reasoned(reason); err != nil {
		return err
	}
	p, err := b.Post(tx, id)
	if err != nil {
		return err
	}
	on := p.Office.Target()
	on.Officer = p.Appointment.Officer
	d, err := b.Must(tx, by, "role.end", on)
	if err != nil {
		return err
	}
	if err := b.keepAdministrator(tx, "", id); err != nil {
		return err
	}
	if err := b.endAppointment(tx, by, p.Appointment, reason); err != nil {
		return err
	}
	e := d.Entry(by, "role.end", "appointment:"+string(id), reason)
	e.Change("officer", nil, string(p.Appointment.Officer))
	e.Change("role", string(p.Appointment.Role), nil)
	return b.write(tx, e)
}

func (b *Book) endAppointment(tx *database.Tx, by Acting, a Appointment, reason string) error {
	now := b.now()
	if !a.Ended.IsZero() || a.Span.To != "" && a.Span.To < DayOf(now) {
		return fmt.Errorf("appointment %s: it is over already", a.ID)
	}
	_, err := tx.Exec(`UPDATE office_appointment SET ended = ?, ended_by = ?, ended_reason = ? WHERE id = ?`, stamp(now), by.who(), reason, a.ID)
	return err
}

// GiveLeave writes down days on which the holder of an appointment is away. Nobody
// has its powers on them until somebody is given the charge (act acting.give).
func (b *Book) GiveLeave(tx *database.Tx, by Acting, id AppointmentID, days Span, reason string) (LeaveID, error) {
	if err := Reasoned(reason); err != nil {
		return "", err
	}
	p, err := b.Post(tx, id)
	if err != nil {
		return "", err
	}
	on := p.Office.Target()
	on.Officer = p.Appointment.Officer
	d, err := b.Must(tx, by, "leave.give", on)
	if err != nil {
		return "", err
	}
	now := b.now()
	switch a := p.Appointment; {
	case days.From == "" || days.To == "" || days.To < days.From || days.To < DayOf(now):
		return "", fieldError("to", say("leave_days"), "leave: a first and a last day are needed, in order and not yet over")
	case !a.Ended.IsZero() || !a.Span.Contains(days):
		return "", fieldError("from", say("leave_outside"), "leave: its days must lie in those of the appointment, %s", a.Span)
	}
	for _, l := range p.Leaves {
		if l.Ended.IsZero() && l.Span.Meets(days) {
			return "", fieldError("from", say("leave_meets", "from", l.Span.From.Words(), "to", l.Span.To.Words()),
				"leave: there is one from %s already: end it first", l.Span)
		}
	}
	leave := LeaveID(rand.Text())
	_, err = tx.Exec(`INSERT INTO office_leave (id, appointment, from_day, to_day, given, given_by, reason, substitute, charged_by, charge_approved,
		charge_reason, ended_by, ended_reason) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', '', '', '', '')`,
		leave, id, days.From, days.To, stamp(now), by.who(), reason)
	if err != nil {
		return "", err
	}
	e := d.Entry(by, "leave.give", "leave:"+string(leave), reason)
	e.Change("appointment", nil, string(id))
	e.Change("days", nil, days.String())
	return leave, b.write(tx, e)
}

// EndLeave ends a leave now: the holder is back, and a substitute's charge is over.
func (b *Book) EndLeave(tx *database.Tx, by Acting, id LeaveID, reason string) error {
	if err := Reasoned(reason); err != nil {
		return err
	}
	p, l, err := b.leave(tx, id)
	if err != nil {
		return err
	}
	on := p.Office.Target()
	on.Officer = p.Appointment.Officer
	d, err := b.Must(tx, by, "leave.give", on)
	if err != nil {
		return err
	}
	now := b.now()
	if !l.Ended.IsZero() || l.Span.To < DayOf(now) {
		return fmt.Errorf("leave %s: it is over already", id)
	}
	if _, err := tx.Exec(`UPDATE office_leave SET ended = ?, ended_by = ?, ended_reason = ? WHERE id = ?`, stamp(now), by.who(), reason, id); err != nil {
		return err
	}
	e := d.Entry(by, "leave.give", "leave:"+string(id), reason)
	e.Change("days", l.Span.String(), "ended")
	return b.write(tx, e)
}

// leave gives a leave with its post, or ErrMissing.
func (b *Book) leave(tx *database.Tx, id LeaveID) (Post, Leave, error) {
	var appointment AppointmentID
	err := tx.QueryRow(`SELECT appointment FROM office_leave WHERE id = ?`, id).Scan(&appointment)
	if errors.Is(err, sql.ErrNoRows) {
		return Post{}, Leave{}, fmt.Errorf("leave %q: %w", clip(string(id)), ErrMissing)
	}
	if err != nil {
		return Post{}, Leave{}, err
	}
	p, err := b.Post(tx, appointment)
	if err != nil {
		return p, Leave{}, err
	}
	for _, l := range p.Leaves {
		if l.ID == id {
			return p, l, nil
		}
	}
	return p, Leave{}, fmt.Errorf("leave %s: %w", id, ErrMissing)
}
