package office

import (
	"database/sql"
	"errors"
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
)

const officeColumns = `id, kind, parent, name_en, name_ur, area, extra, opened, closed`

func scanOffice(scan func(...any) error) (o Office, err error) {
	var key, extra string
	if err := scan(&o.ID, &o.Kind, &o.Parent, &o.NameEn, &o.NameUr, &key, &extra, &o.Open.From, &o.Open.To); err != nil {
		return o, err
	}
	if o.Area, err = area.Parse(key); err == nil {
		o.Extra, err = area.ParseList(extra)
	}
	if err != nil {
		return o, fmt.Errorf("office %s in the book: %w", o.ID, err)
	}
	return o, nil
}

// Offices gives all offices that were ever opened, by id. A commission has some two
// hundred, and a thousand more while an election is on.
func (b *Book) Offices(tx *database.Tx) ([]Office, error) { return offices(tx, `1 = 1`) }

func offices(tx *database.Tx, where string, args ...any) (all []Office, err error) {
	rows, err := tx.Query(`SELECT `+officeColumns+` FROM office_office WHERE `+where+` ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		o, err := scanOffice(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// Office gives one office, or ErrMissing.
func (b *Book) Office(tx *database.Tx, id OfficeID) (Office, error) {
	o, err := scanOffice(tx.QueryRow(`SELECT `+officeColumns+` FROM office_office WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return o, fmt.Errorf("office %q: %w", clip(string(id)), ErrMissing)
	}
	return o, err
}

// PutOffice opens an office, or changes one that there is: its names, areas, days
// and the office above it. Its id and its kind stay for ever. What would leave an
// office below it outside its area is refused.
func (b *Book) PutOffice(tx *database.Tx, by Acting, o Office, reason string) error {
	o.NameEn, o.NameUr = TidyName(o.NameEn), TidyName(o.NameUr)
	if err := o.Check(); err != nil {
		return err
	}
	if err := Reasoned(reason); err != nil {
		return err
	}
	was, err := b.Office(tx, o.ID)
	fresh := errors.Is(err, ErrMissing)
	if err != nil && !fresh {
		return err
	}
	// Every area it has or will have, stations and blocks too: who lists one must be
	// able to show that it is his, or be allowed everywhere.
	on := Target{Office: o.ID, Areas: o.Areas()}
	if !fresh {
		on.Areas = append(on.Areas, was.Areas()...)
	}
	d, err := b.Must(tx, by, "office.change", on)
	if err != nil {
		return err
	}
	if !fresh && was.Kind != o.Kind {
		return fieldError("kind", say("kind_changed", "office", o.ID), "office %s: it is a %s office, and stays one: open another", o.ID, was.Kind)
	}
	if err := b.fits(tx, o, fresh); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO office_office (`+officeColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, name_en = excluded.name_en, name_ur = excluded.name_ur,
			area = excluded.area, extra = excluded.extra, opened = excluded.opened, closed = excluded.closed`,
		o.ID, o.Kind, o.Parent, o.NameEn, o.NameUr, o.Area.String(), area.Join(o.Extra), o.Open.From, o.Open.To)
	if err != nil {
		return err
	}
	e := d.Entry(by, "office.change", "office:"+string(o.ID), reason)
	if fresh {
		e.Change("kind", nil, string(o.Kind))
	}
	officeChanges(&e, was, o)
	return b.write(tx, e)
}

// officeChanges notes what differs. Offices are public: nothing of them is masked.
func officeChanges(e *audit.Entry, was, is Office) {
	change := func(field, w, i string) {
		if w == "" {
			e.Change(field, nil, i)
		} else {
			e.Change(field, w, i)
		}
	}
	for _, f := range []struct{ field, was, is string }{
		{"parent", string(was.Parent), string(is.Parent)}, {"name_en", was.NameEn, is.NameEn}, {"name_ur", was.NameUr, is.NameUr},
		{"area", was.Area.String(), is.Area.String()}, {"extra_areas", listed(was.Extra), listed(is.Extra)},
		{"opened", string(was.Open.From), string(is.Open.From)}, {"closed", string(was.Open.To), string(is.Open.To)},
	} {
		if f.was != f.is {
			change(f.field, f.was, f.is)
		}
	}
}

// listed writes areas for the audit trail: a long list by its number and digest.
func listed(areas []area.Area) string {
	text := area.Join(areas)
	if len(text) > 1000 {
		return fmt.Sprintf("%d areas, SHA-256 %s", len(areas), digest([]byte(text)))
	}
	return text
}

// fits tells whether the office fits under its parent and over those below it.
func (b *Book) fits(tx *database.Tx, o Office, fresh bool) error {
	all, err := offices(tx, `id = ? OR parent = ? OR kind = ?`, o.Parent, o.ID, Secretariat)
	if err != nil {
		return err
	}
	byID := map[OfficeID]Office{}
	for _, other := range all {
		byID[other.ID] = other
		if o.Kind == Secretariat && other.Kind == Secretariat && other.ID != o.ID {
			return fieldError("kind", say("second_secretariat", "office", other.ID), "office %s: there is a secretariat already, %s", o.ID, other.ID)
		}
	}
	byID[o.ID] = o
	return CheckTree(byID, o.ID, !fresh, b.Rules.Links)
}

// CheckTree tells whether an office of the tree fits under its parent, and, if it
// has such, over the offices right below it.
func CheckTree(tree map[OfficeID]Office, id OfficeID, below bool, links area.Links) error {
	o := tree[id]
	if o.Parent != "" {
		parent, ok := tree[o.Parent]
		if !ok {
			return fieldError("parent", say("parent_missing", "office", o.Parent), "office %s: there is no office %q above it: open that one first", o.ID, clip(string(o.Parent)))
		}
		if err := o.checkUnder(parent, links); err != nil {
			return err
		}
	}
	if below {
		for _, child := range tree {
			if child.Parent == id && child.ID != id {
				if err := child.checkUnder(o, links); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
