package door

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/phase"
)

// areasMost is how many electoral areas are offered to be chosen from.
const areasMost = 40

// place asks for the district, and for a word of the area.
func (t *turn) place() {
	f := t.questions("place")
	if !t.sent() {
		t.question(http.StatusOK, "place", f.With(t.v.Answers.Steps["place"]))
		return
	}
	filled, ok := t.read("place", f)
	if !ok || !t.within("place", t.cfg.Limits.Places) {
		return
	}
	t.v.Answers.keep("place", filled.Values())
	found, _, err := t.areas()
	switch {
	case err != nil:
		t.broken(err)
		return
	case len(found) == 0:
		filled.Wrong("near", words.Say("door.wrong.near"))
		t.question(http.StatusUnprocessableEntity, "place", filled)
		return
	}
	t.v.Answers.forget("area", "needs")
	t.onward(nil)
}

// areas are the electoral areas that the place's answers name, at most areasMost of all.
func (t *turn) areas() (found []rolls.Block, all int, err error) {
	f := t.answered("place")
	district, err := area.Parse(f.Text("district"))
	if err != nil {
		return nil, 0, err
	}
	var blocks []rolls.Block
	err = t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) error {
		blocks, err = t.cfg.Rolls.Blocks(tx, rolls.Scope{District: district})
		return err
	})
	near := strings.ToLower(words.Digits(f.Text("near")))
	for _, b := range blocks {
		if near == "" || strings.HasPrefix(b.Code.String(), near) || slices.ContainsFunc([]string{b.NameEn, b.NameUr, b.TehsilEn, b.TehsilUr}, func(name string) bool {
			return strings.Contains(strings.ToLower(name), near)
		}) {
			found = append(found, b)
		}
	}
	slices.SortFunc(found, func(a, b rolls.Block) int {
		return cmp.Or(strings.Compare(a.TehsilEn, b.TehsilEn), strings.Compare(a.NameEn, b.NameEn), cmp.Compare(a.Code, b.Code))
	})
	all = len(found)
	return found[:min(all, areasMost)], all, err
}

// area has one of the areas chosen.
func (t *turn) area() {
	found, all, err := t.areas()
	if err != nil {
		t.broken(err)
		return
	}
	q := form.Field{Name: "block", Kind: form.Radios, Label: field("block"), Hint: hint("block")}
	if all > len(found) {
		q.Hint = words.Say("door.hint.many_blocks", "shown", len(found), "all", all)
	}
	for _, b := range found {
		where := words.Both{En: b.TehsilEn, Ur: b.TehsilUr}
		q.Options = append(q.Options, form.Option{Value: b.Code.String(), Text: words.Named(words.Both{En: b.NameEn, Ur: b.NameUr}),
			Hint: words.Say("door.block_hint", "code", b.Code.String(), "tehsil", words.Named(where))})
	}
	f := &form.Form{Name: "door.area", Fields: []form.Field{q}}
	if !t.sent() {
		t.question(http.StatusOK, "area", f.With(t.v.Answers.Steps["area"]))
		return
	}
	filled, ok := t.read("area", f)
	if !ok {
		return
	}
	t.v.Answers.forget("needs")
	t.v.Answers.keep("area", filled.Values())
	t.onward(nil)
}

// openness is what time it is for the roll of an area, and which form is taken there.
type openness struct {
	Block   rolls.Block
	State   phase.State
	Form    claim.Form // 0 if none of the kind is taken
	Refusal *phase.Refusal
}

// openIn tells which form of a kind is taken in an area now.
func (t *turn) openIn(tx *database.Tx, code geography.BlockCode, kind claim.Kind) (o openness, err error) {
	if o.Block, err = t.cfg.Rolls.Block(tx, code); err != nil {
		return o, err
	}
	all, err := t.cfg.Phases.Rules(tx)
	if err != nil {
		return o, err
	}
	now, b := t.cfg.Now(), &o.Block
	where := phase.Areas{Block: b.Code, NA: b.NA, PA: b.PA, District: b.District, Tehsil: b.Tehsil}
	o.State = all.At(where, now)
	for _, display := range []bool{false, true} {
		f := claim.FormOf(kind, display)
		deed, _ := phase.Received(int(f))
		err := all.Allows(where, deed, now)
		if err == nil {
			o.Form, o.Refusal = f, nil
			return o, nil
		}
		// Of two refusals the one counts that is over sooner.
		var r *phase.Refusal
		if errors.As(err, &r) && (o.Refusal == nil || r.From != "" && (o.Refusal.From == "" || r.From < o.Refusal.From)) {
			o.Refusal = r
		}
	}
	return o, nil
}

// needView is the page that tells which form it is, until when, and what to bring.
type needView struct {
	question
	Form     claim.Form
	Kind     words.Message
	Area     words.Both
	Until    office.Day
	Papers   []words.Message
	Refused  words.Both
	Decides  words.Message
	IsClosed bool
}

// needs tells what is needed for the form that is taken in the area, or until when none
// is and what to do instead.
func (t *turn) needs() {
	a := &t.v.Answers
	var o openness
	err := t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) (err error) {
		o, err = t.openIn(tx, a.block(), a.Purpose.kind())
		return err
	})
	if err != nil {
		t.broken(err)
		return
	}
	if t.sent() && o.Form != 0 {
		a.Form = o.Form
		a.pass("needs")
		t.onward(nil)
		return
	}
	v := needView{question: question{Step: "needs", Steps: t.steps("needs"), Visited: true}, Form: o.Form, Area: words.Both{En: o.Block.NameEn, Ur: o.Block.NameUr}, Until: o.State.Until}
	status := http.StatusOK
	if o.Form == 0 {
		v.IsClosed, v.Refused = true, o.Refusal.Both()
		if t.sent() {
			status = http.StatusConflict
		}
		t.show(status, "needs", v)
		return
	}
	v.Kind = words.Say(o.Form.Key())
	v.Decides = words.Say("door.decides.continuous")
	if o.Form.Display() {
		v.Decides = words.Say("door.decides.display")
	}
	for _, paper := range papers[a.Purpose] {
		v.Papers = append(v.Papers, words.Say("door.paper."+paper))
	}
	t.show(status, "needs", v)
}

// papers are what each claim asks for [the forms themselves were not found: a copy of the
// CNIC is read of in the press, the rest recalled].
var papers = map[purpose][]string{
	toEnrol:   {"phone", "card", "posting"},
	toMove:    {"phone", "card", "moved", "posting"},
	toCorrect: {"phone", "card", "proof"},
	toObject:  {"phone", "card", "theirs", "death"},
}

// closed answers a claim that the time of the roll does not take any more.
func (t *turn) closed(r *phase.Refusal) {
	web.FailBecause(t.w, t.r, http.StatusConflict, "not_open", r.Both())
}
