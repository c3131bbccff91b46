package site

import (
	"fmt"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

// mostShares is how many stations a list is split between at most.
const mostShares = 12

// split shares the serials of a list between polling stations. The form has one line for
// each station: the first serial, and the station. Where only stations are written, an
// even split is proposed, which the officer sees before it is done.
func (t *turn) split() {
	t.ask(func(l *counter.Look) (*asked, error) {
		b, err := t.blockNamed(l.Tx, ActSplit)
		if err != nil {
			return nil, err
		}
		one := listNamed(t.R.PathValue("list"))
		if one < 0 {
			return nil, errMissing
		}
		list, last := lists[one].list, b.Next[lists[one].list]-1
		splits, err := t.cfg.Store.Splits(l.Tx)
		if err != nil {
			return nil, err
		}
		known, err := t.stations(l.Tx)
		if err != nil {
			return nil, err
		}
		was := splits[rolls.Shared{Block: b.Code, List: list}]
		a := &asked{ID: "form-split", Title: words.Say("site.split_list", "list", words.Say(lists[one].key)), Lead: words.Say("site.split_text"), Crumbs: blockCrumbs(&b),
			Rows: []form.Row{{Label: words.Say("site.block"), Value: web.Hint{Value: code(b.Code.String()), Below: blockName(&b)}}, {Label: words.Say("site.last_serial"), Value: last},
				{Label: words.Say("site.station"), Value: stationsOf(&b)}},
			form: &form.Form{Name: "rolls.split", Submit: words.Say("site.split_do"), Fields: []form.Field{
				{Name: "shares", Kind: form.Long, Label: words.Say("site.shares"), Hint: words.Say("site.shares_hint"), Most: 600, Optional: true, Check: func(f *form.Filled) words.Message {
					_, problem := readShares(f.Text("shares"), last, known)
					return problem
				}}, reasonField()}},
			fill: func(f *form.Filled) { f.Set("shares", writeShares(was)) },
			held: map[string]string{"seen": seenShares(was, last)},
			sure: func(f *form.Filled) words.Message {
				shares, _ := readShares(f.Text("shares"), last, known)
				return sharesMessage(shares, last)
			},
		}
		if err := t.cfg.Phases.Check(l.Tx, phase.AreasOf(&b), phase.Split, t.Book.Now()); err != nil {
			if notice, _ := told(err); notice != nil {
				a.Notices = append(a.Notices, *notice)
			}
		}
		a.do = func(tx *database.Tx, f *form.Filled) error {
			return t.splitNow(tx, list, f.Text("seen"), f.Text("shares"), f.Text("reason"))
		}
		a.after = func(*form.Filled) { t.Done("site.notice.split", "/rolls/blocks/"+b.Code.String()) }
		return a, nil
	})
}

func listNamed(path string) int {
	for i := range lists {
		if lists[i].path == path {
			return i
		}
	}
	return -1
}

// stations are the polling stations of the scheme.
func (t *turn) stations(tx *database.Tx) (map[geography.StationID]bool, error) {
	all, err := t.cfg.Store.Stations(tx)
	known := make(map[geography.StationID]bool, len(all))
	for _, one := range all {
		known[one.ID] = true
	}
	return known, err
}

func (t *turn) splitNow(tx *database.Tx, list rolls.List, seen, text, reason string) error {
	b, err := t.blockNamed(tx, ActSplit)
	if err != nil {
		return err
	}
	d, err := t.must(tx, t.By, ActSplit, &b)
	if err != nil {
		return err
	}
	splits, err := t.cfg.Store.Splits(tx)
	if err != nil {
		return err
	}
	was, last := splits[rolls.Shared{Block: b.Code, List: list}], b.Next[list]-1
	if seen != seenShares(was, last) {
		return rolls.ErrChanged
	}
	known, err := t.stations(tx)
	if err != nil {
		return err
	}
	shares, problem := readShares(text, last, known)
	if !problem.IsZero() {
		return rolls.ErrChanged // it was good when it was checked: a station has gone since
	}
	if err := t.cfg.Phases.Check(tx, phase.AreasOf(&b), phase.Split, t.Book.Now()); err != nil {
		return err
	}
	if err := t.cfg.Store.Split(tx, b.Code, list, shares); err != nil {
		return err
	}
	e := d.Entry(t.By, ActSplit, "block:"+b.Code.String(), reason)
	e.Change("list", nil, list.String())
	e.Change("shares", writeShares(was), writeShares(shares))
	return audit.Write(tx, t.Book.Now(), e)
}

// writeShares is a split as the form has it.
func writeShares(shares []rolls.Share) string {
	var lines []string
	for _, s := range shares {
		lines = append(lines, fmt.Sprintf("%d %s", s.From, s.Station))
	}
	return strings.Join(lines, "\n")
}

// seenShares is what an officer looked at when he began.
func seenShares(shares []rolls.Share, last uint32) string {
	return fmt.Sprintf("[%s] to %d", strings.ReplaceAll(writeShares(shares), "\n", "; "), last)
}

// sharesMessage is a split as it is shown to be checked.
func sharesMessage(shares []rolls.Share, last uint32) words.Message {
	if len(shares) == 0 {
		return words.Say("site.split_none")
	}
	var parts []string
	for i, s := range shares {
		to := last
		if i+1 < len(shares) {
			to = shares[i+1].From - 1
		}
		parts = append(parts, fmt.Sprintf("%s: %d–%d (%d)", s.Station, s.From, to, to-s.From+1))
	}
	return words.Say("site.split_sure", "shares", strings.Join(parts, "; "))
}

// readShares reads lines of a first serial and a station; of stations alone, an even
// split of the serials up to the last.
func readShares(text string, last uint32, known map[geography.StationID]bool) (shares []rolls.Share, problem words.Message) {
	var stations []geography.StationID
	var from []uint32
	n := 0
	for line := range strings.Lines(text) {
		parts := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) })
		if len(parts) == 0 {
			continue
		}
		if n++; n > mostShares || len(parts) > 2 {
			return nil, words.Say("site.error.share_line", "n", n, "most", mostShares)
		}
		station, err := geography.ParseStationID(parts[len(parts)-1])
		if err != nil || !known[station] {
			return nil, words.Say("site.error.station", "n", n)
		}
		stations = append(stations, station)
		if len(parts) == 2 {
			var first uint32
			if _, err := fmt.Sscanf(parts[0]+"\n", "%d\n", &first); err != nil {
				return nil, words.Say("site.error.share_line", "n", n, "most", mostShares)
			}
			from = append(from, first)
		}
	}
	switch {
	case n == 0:
		return nil, words.Message{}
	case n > int(last):
		return nil, words.Say("site.error.share_order", "n", n, "last", last)
	case len(from) == 0:
		return rolls.Evenly(last, stations...), words.Message{}
	case len(from) != n:
		return nil, words.Say("site.error.share_line", "n", n, "most", mostShares)
	}
	for i := range from {
		if i == 0 && from[0] != 1 || i > 0 && from[i] <= from[i-1] || from[i] > last {
			return nil, words.Say("site.error.share_order", "n", i+1, "last", last)
		}
		shares = append(shares, rolls.Share{From: from[i], Station: stations[i]})
	}
	return shares, words.Message{}
}
