package site

import (
	"errors"
	"net/http"
	"strconv"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/search"
)

// searchPage is the view of the search.
type searchPage struct {
	Form   *form.Filled
	Notice *web.Notice
	Found  []foundRow
	Asked  bool // somebody was looked for
	More   bool
	Reason string
	Limit  words.Message
}

// foundRow is one entry that was found: the name as on the card, since the officer must
// recognise the person, and no more of him than that.
type foundRow struct {
	ID   rolls.VoterID
	Name words.Both
	Rows []form.Row
}

func searchForm(where []form.Option) *form.Form {
	return &form.Form{Name: "rolls.search", Submit: words.Say("site.search_do"), Fields: []form.Field{
		{Name: "cnic", Kind: form.CNIC, Label: words.Say("site.cnic"), Optional: true},
		{Name: "name", Label: words.Say("site.name"), Hint: words.Say("site.name_hint"), Optional: true, Most: 100},
		{Name: "parent", Label: words.Say("site.parent"), Optional: true, Most: 100},
		{Name: "address", Label: words.Say("site.address_part"), Optional: true, Most: 100},
		{Name: "where", Kind: form.Select, Label: words.Say("site.where"), Hint: words.Say("site.where_hint"), Options: where, Optional: true},
		{Name: "block", Kind: form.Text, Label: words.Say("site.block"), Optional: true, Short: true, Most: 12, Check: func(f *form.Filled) words.Message {
			if text := f.Text("block"); text != "" {
				if _, err := geography.ParseBlockCode(text); err != nil {
					return words.Say("site.error.block")
				}
			}
			return words.Message{}
		}},
		{Name: "household", Kind: form.Number, Label: words.Say("site.household"), Optional: true, Low: 1, High: 1_000_000},
		reasonField(),
	}, Check: func(f *form.Filled) {
		_, byCNIC := f.CNIC("cnic")
		_, household := f.Number("household")
		byName := f.Text("name") != "" || f.Text("parent") != ""
		switch {
		case byCNIC:
		case household && f.Text("block") == "":
			f.Wrong("block", words.Say("site.error.household"))
		case household:
		case !byName:
			f.Wrong("cnic", words.Say("site.error.nothing"))
		case f.Text("where") == "" && f.Text("block") == "":
			f.Wrong("where", words.Say("site.error.where"))
		}
	}}
}

// search looks for voters within the officer's jurisdiction. What is looked for travels in
// the body, never in the address.
func (t *turn) search() {
	var choice []area.Area
	if !t.Read(func(l *counter.Look) error {
		own, err := t.areas(l.Tx, search.Act)
		choice = parts(own)
		return err
	}) {
		return
	}
	f := searchForm(options(choice))
	if !t.Sent() {
		t.page(http.StatusOK, "search", searchPage{Form: f.Empty(), Limit: t.limits()})
		return
	}
	filled, err := f.Read(t.R)
	if err != nil {
		form.Failed(t.W, t.R, err)
		return
	}
	v := searchPage{Form: filled, Reason: filled.Text("reason"), Limit: t.limits()}
	if !filled.OK() {
		t.page(http.StatusUnprocessableEntity, "search", v)
		return
	}
	err = t.Do(func(tx *database.Tx) error {
		v.Found, v.More = nil, false
		return t.find(tx, filled, &v)
	})
	status := http.StatusOK
	switch {
	case errors.Is(err, search.ErrTooMany):
		v.Notice, status = &web.Notice{Kind: web.Warn, Title: words.Say("site.too_many"), Text: words.Say("site.too_many_text")}, http.StatusUnprocessableEntity
	case errors.Is(err, search.ErrNothing):
		v.Notice, status = &web.Notice{Kind: web.Warn, Title: words.Say("site.error.nothing")}, http.StatusUnprocessableEntity
	case errors.Is(err, search.ErrLimit):
		v.Notice, status = &web.Notice{Kind: web.Bad, Title: words.Say("site.limit"), Text: words.Say("site.limit_text")}, http.StatusTooManyRequests
	case err != nil:
		t.Fail(err)
		return
	default:
		v.Asked = true
	}
	t.page(status, "search", v)
}

func (t *turn) limits() words.Message { return words.Say("site.search_limits", "shown", search.Shown) }

// find searches, after it has held the part that was chosen against the jurisdiction.
func (t *turn) find(tx *database.Tx, f *form.Filled, v *searchPage) error {
	var q search.Query
	q.CNIC, q.HasCNIC = f.CNIC("cnic")
	q.Name, q.Parent, q.Address = f.Text("name"), f.Text("parent"), f.Text("address")
	if n, ok := f.Number("household"); ok && !q.HasCNIC {
		q.Household = uint32(n)
	}
	d, err := t.scope(tx, f, &q)
	if err != nil {
		return err
	}
	found, more, err := t.cfg.Search.Search(tx, q, d.Entry(t.By, search.Act, "search", f.Text("reason")))
	if err != nil {
		return err
	}
	v.More = more
	for i := range found {
		e := &found[i].Entry
		b, err := t.cfg.Store.Block(tx, e.Block)
		if err != nil {
			return err
		}
		if may, err := t.may(tx, t.By, search.Act, &b); err != nil {
			return err
		} else if !may {
			continue // of a seat's blocks, say, that lie where the officer has another role
		}
		row := foundRow{ID: e.ID, Name: words.Both{En: e.NameEn, Ur: e.NameUr}}
		add := func(key string, value any) {
			row.Rows = append(row.Rows, form.Row{Label: words.Say(key), Value: value})
		}
		add("site.name", twoLines(e.NameEn, e.NameUr))
		add("site.relation."+e.Relation.String(), twoLines(e.ParentEn, e.ParentUr))
		add("site.cnic", e.CNIC)
		add("site.block", web.Hint{Value: code(b.Code.String()), Below: blockName(&b)})
		add("site.serial", words.Say("site.serial_in", "serial", e.Serial, "list", words.Say(listKey(e.List))))
		add("site.household", e.Household)
		if e.Standing == rolls.Off {
			add("site.standing", web.Tag{Kind: web.Warn, Text: words.Say("site.off")})
		}
		v.Found = append(v.Found, row)
	}
	return nil
}

// scope fills in where is searched, and gives the decision by which the officer may.
func (t *turn) scope(tx *database.Tx, f *form.Filled, q *search.Query) (d office.Decision, err error) {
	if text := f.Text("block"); text != "" && !q.HasCNIC {
		code, _ := geography.ParseBlockCode(text) // the form has checked it
		b, err := t.cfg.Store.Block(tx, code)
		if errors.Is(err, rolls.ErrNoBlock) {
			return d, &office.FieldError{Field: "block", Say: words.Say("site.error.block")}
		}
		if err != nil {
			return d, err
		}
		q.Scope.Blocks = []geography.BlockCode{code}
		return t.must(tx, t.By, search.Act, &b)
	}
	if q.HasCNIC {
		return t.scopeOfCNIC(tx, q)
	}
	a, err := area.Parse(f.Text("where"))
	if err != nil {
		return d, &office.Refusal{Act: search.Act, On: "area:", Reason: office.Outside}
	}
	scope, whole := scopeOf(a)
	if !whole || a == area.Country {
		return d, &office.Refusal{Act: search.Act, On: "area:" + a.String(), Reason: office.Outside}
	}
	q.Scope = scope
	return t.cfg.Book.Must(tx, t.By, search.Act, in(a))
}

// scopeOfCNIC is the block in which the person stands, if the officer may search there;
// otherwise a scope that has nobody, so that nothing is told of who stands elsewhere.
func (t *turn) scopeOfCNIC(tx *database.Tx, q *search.Query) (d office.Decision, err error) {
	q.Scope.Blocks = []geography.BlockCode{}
	e, err := t.cfg.Store.ByCNIC(tx, q.CNIC)
	if err == nil {
		b, err := t.cfg.Store.Block(tx, e.Block)
		if err != nil {
			return d, err
		}
		d, err = t.must(tx, t.By, search.Act, &b)
		if err == nil {
			q.Scope.Blocks = []geography.BlockCode{b.Code}
			return d, nil
		}
		if r := (*office.Refusal)(nil); !errors.As(err, &r) {
			return d, err
		}
	} else if !errors.Is(err, rolls.ErrNoVoter) {
		return d, err
	}
	return t.cfg.Book.Must(tx, t.By, search.Act, office.Target{Somewhere: true})
}

func listKey(l rolls.List) string {
	for _, one := range lists {
		if one.list == l {
			return one.key
		}
	}
	return "site.list.x"
}

// voterNamed is the number in an address.
func voterNamed(r *http.Request) (rolls.VoterID, error) {
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, errMissing
	}
	return rolls.VoterID(n), nil
}
