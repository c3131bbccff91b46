package phase

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/words"
	"intikhab/test/databases"

	"pgregory.net/rapid"
)

// The model below states the law a second time. It knows no ranges and no rows' order: it
// has a table with a line for every block and every day, into which each act writes what
// it does to those days; and who lies where is written down by hand.

// horizon is how many days the table has, from 1 March 2026.
const horizon = 640

var epoch = time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)

func dayAt(n int) office.Day { return office.DayOf(epoch.AddDate(0, 0, n)) }

// The blocks of the model, and in which of the scopes each lies.
var blocks = []struct {
	areas  Areas
	scopes string
}{
	{kasur, "pk province:punjab district:kasur constituency:NA-131 constituency:PP-176"},
	{Areas{NA: "NA-132", PA: "PP-176", District: parse("district:kasur")[0], Province: parse("province:punjab")[0]}, "pk province:punjab district:kasur constituency:PP-176"},
	{Areas{NA: "NA-118", PA: "PP-147", District: parse("district:lahore")[0]}, "pk province:punjab district:lahore"},
	{lyari, "pk province:sindh"},
	{Areas{NA: "NA-148", PA: "PP-213", District: parse("district:multan")[0]}, "pk province:punjab"},
}

func lies(block int, scope string) bool {
	for _, s := range strings.Fields(scope) {
		if slices.Contains(strings.Fields(blocks[block].scopes), s) {
			return true
		}
	}
	return false
}

// lawByHand is which deeds each phase lets through.
var lawByHand = map[Phase]string{
	Continuous: "feed form21 form22 form23 decide_continuous decide_appeal reject consolidate renumber redraw split take_frozen copy",
	Periodic:   "feed decide_continuous decide_appeal reject redraw",
	Draft:      "feed decide_continuous decide_appeal reject consolidate renumber redraw split",
	Display:    "form15 form16 form17 decide_appeal reject publish_preliminary put_on_display",
	Claims:     "form15 form16 form17 decide_revision decide_appeal reject put_on_display",
	Revision:   "decide_revision decide_appeal reject",
	Final:      "reject consolidate renumber split publish_final take_frozen copy",
	Freeze:     "reject split take_frozen copy",
}

// days is a line for every block with a place for every day.
type days[T any] [5][horizon]T

// model is what the acts wrote: the steps of each programme, which freezes bind, and by
// which overrides they do not.
type model struct {
	today   int
	steps   map[string]*days[Phase]           // by programme
	frozen  map[string]*days[bool]            // by freeze
	from    map[string]int                    // first day of a freeze
	closed  map[string]bool                   // freezes whose results are announced
	thawed  map[string]map[string]*days[bool] // by freeze and override
	thaws   map[string][3]any                 // freeze, first and last day of an override
	version map[string]int64
	rows    map[string]Programme
	scopes  map[string]string // of freezes and overrides
}

func (m *model) phase(block, day int) Phase {
	for id, table := range m.frozen {
		binds := table[block][day]
		for _, thaw := range m.thawed[id] {
			binds = binds && !thaw[block][day]
		}
		if binds {
			return Freeze
		}
	}
	for _, table := range m.steps {
		if p := table[block][day]; p != "" {
			return p
		}
	}
	return Continuous
}

// paint writes a programme into a table of its own.
func paint(p Programme) *days[Phase] {
	var table days[Phase]
	for b := range blocks {
		if !lies(b, scopeText(p)) {
			continue
		}
		now := Phase("")
		for d := range horizon {
			for _, s := range p.Steps {
				if s.From == dayAt(d) {
					now = s.Phase
				}
			}
			table[b][d] = now
			if p.Last == dayAt(d) {
				now = ""
			}
		}
	}
	return &table
}

func scopeText(p Programme) string {
	var keys []string
	for _, a := range p.Scope {
		keys = append(keys, a.String())
	}
	return strings.Join(keys, " ")
}

// free tells whether no other programme has a day of this one.
func (m *model) free(id string, table *days[Phase]) bool {
	for other, t := range m.steps {
		for b := range blocks {
			for d := range horizon {
				if other != id && t[b][d] != "" && table[b][d] != "" {
					return false
				}
			}
		}
	}
	return true
}

func count(table *days[Phase], p Phase) int {
	most := 0
	for b := range blocks {
		n := 0
		for d := range horizon {
			if table[b][d] == p {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// pastIs tells whether two tables have the same days before today.
func pastIs[T comparable](m *model, a, b *days[T]) bool {
	for block := range blocks {
		for d := range m.today {
			if a[block][d] != b[block][d] {
				return false
			}
		}
	}
	return true
}

// TestPhasesModel does random acts at random days and asks random questions, of the store
// and of the table.
func TestPhasesModel(t *testing.T) {
	c := open(t, databases.Open(t, databases.SQLite(t)))
	begun := c.Now()
	rapid.Check(t, func(rt *rapid.T) {
		c.Update(t, func(tx *database.Tx) error {
			for _, table := range []string{"phase_programme", "phase_step", "phase_freeze", "phase_override"} {
				if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
					return err
				}
			}
			return nil
		})
		c.Pass(begun.Sub(c.Now()))
		m := &trial{model{steps: map[string]*days[Phase]{}, frozen: map[string]*days[bool]{},
			from: map[string]int{}, closed: map[string]bool{}, thawed: map[string]map[string]*days[bool]{}, thaws: map[string][3]any{},
			version: map[string]int64{}, rows: map[string]Programme{}, scopes: map[string]string{}}, c, rt}
		actions := map[string]func(*rapid.T){"plan": m.plan, "move": m.move, "break off": m.breakOff, "freeze": m.freeze, "thaw": m.thaw, "refreeze": m.refreeze,
			"close": m.close, "wait": m.wait, "": m.ask}
		rt.Repeat(actions)
	})
}

type trial struct {
	model
	c *commission
	t *rapid.T
}

func (m *trial) day(name string, from, to int) int {
	return rapid.IntRange(from, to).Draw(m.t, name)
}

func pick[T any](m *trial, name string, all map[string]T) (string, bool) {
	if len(all) == 0 {
		return "", false
	}
	return rapid.SampledFrom(slices.Sorted(maps.Keys(all))).Draw(m.t, name), true
}

// agrees checks that an act was done or not as the model has it.
func (m *trial) agrees(what string, want bool, err error) bool {
	if f := new(Fault); err != nil && !errors.As(err, &f) && !errors.Is(err, ErrChanged) {
		m.t.Fatalf("%s: %v", what, err)
	}
	if want != (err == nil) {
		m.t.Fatalf("%s on day %d: the model says %v, the store: %v", what, m.today, want, err)
	}
	return want
}

func (m *trial) wait(*rapid.T) {
	n := rapid.SampledFrom([]int{1, 5, 20, 60}).Draw(m.t, "days")
	if m.today+n < horizon-160 {
		m.today += n
		m.c.days(n)
	}
}

func (m *trial) plan(*rapid.T) {
	scope := rapid.SampledFrom([]string{"pk", "province:punjab", "district:kasur", "province:sindh", "district:kasur district:lahore"}).Draw(m.t, "scope")
	first := m.today + m.day("first", -1, 40)
	kind := rapid.SampledFrom([]Kind{PeriodicRevision, SpecialRevision}).Draw(m.t, "kind")
	if first < 0 {
		return
	}
	p, err := m.c.plan(m.c.first, kind, scope, dayAt(first))
	table := paint(p)
	if m.agrees("plan", first >= m.today && m.free("", table), err) {
		m.put(p, table)
	}
}

func (m *trial) put(p Programme, table *days[Phase]) {
	m.rows[p.ID], m.steps[p.ID], m.version[p.ID] = p, table, p.Version
}

// move moves one step of a programme.
func (m *trial) move(*rapid.T) {
	id, ok := pick(m, "programme", m.rows)
	if !ok {
		return
	}
	p := m.rows[id]
	p.Steps = slices.Clone(p.Steps)
	at, by := m.day("step", 0, len(p.Steps)), rapid.SampledFrom([]int{-20, -6, -2, -1, 0, 1, 3, 9}).Draw(m.t, "by")
	deviates := rapid.Bool().Draw(m.t, "deviates")
	if p.Deviation = (words.Both{}); deviates {
		p.Deviation = why
	}
	if at < len(p.Steps) {
		p.Steps[at].From = add(p.Steps[at].From, by)
	} else {
		p.Last = add(p.Last, by)
	}
	if p.Steps[0].From < dayAt(0) || p.Last > dayAt(horizon-2) {
		return
	}
	is, err := m.c.change(m.c.first, p)
	table, was := paint(p), m.steps[id]
	ordered := len(p.Steps) == len(p.Kind.Phases())
	for i, s := range p.Steps {
		ordered = ordered && (i == 0 || p.Steps[i-1].From < s.From) && s.From <= p.Last
	}
	over := m.rows[id].Last < dayAt(m.today)
	if m.agrees("move", ordered && !over && pastIs(&m.model, table, was) && (deviates || count(table, Claims) >= 30) && m.free(id, table), err) {
		m.put(is, table)
	}
}

func (m *trial) breakOff(*rapid.T) {
	id, ok := pick(m, "programme", m.rows)
	if !ok || m.day("seldom", 0, 3) != 2 {
		return
	}
	is, err := brokenOff(m.c, m.c.first, m.rows[id])
	if !m.agrees("break off", m.rows[id].Last >= dayAt(m.today), err) {
		return
	}
	for b := range blocks {
		for d := m.today; d < horizon; d++ {
			m.steps[id][b][d] = ""
		}
	}
	m.rows[id] = is
	if is.Withdrawn {
		delete(m.rows, id)
	}
}

func (m *trial) freeze(*rapid.T) {
	f := Freezer{Kind: rapid.SampledFrom(Occasions()).Draw(m.t, "kind")}
	scope := rapid.SampledFrom([]string{"pk", "province:sindh", "constituency:NA-131", "constituency:PP-176"}).Draw(m.t, "scope")
	f.Scope = parse(scope)
	basis := m.today + m.day("basis", -40, 80)
	if basis < 31 {
		return
	}
	f.Basis = dayAt(basis)
	from := basis - 30
	if f.Kind == ByeElection {
		from = basis
	}
	id, err := m.c.freeze(f)
	if !m.agrees("freeze", f.Kind != ByeElection || strings.HasPrefix(scope, "c"), err) {
		return
	}
	var table days[bool]
	for b := range blocks {
		for d := from; d < horizon; d++ {
			table[b][d] = lies(b, scope)
		}
	}
	m.frozen[id], m.thawed[id], m.scopes[id], m.from[id] = &table, map[string]*days[bool]{}, scope, from
}

func (m *trial) thaw(*rapid.T) {
	freeze, ok := pick(m, "freeze", m.frozen)
	if !ok {
		return
	}
	scope := rapid.SampledFrom([]string{"pk", "province:punjab", "district:kasur", "constituency:NA-131", "province:sindh"}).Draw(m.t, "scope")
	from := max(m.today, m.from[freeze]) + m.day("from", -1, 20)
	to := from + m.day("to", -1, 30)
	meets := false
	for b := range blocks {
		meets = meets || lies(b, scope) && lies(b, m.scopes[freeze])
	}
	id, err := m.c.thaw(Thaw{Freeze: freeze, Scope: parse(scope), From: dayAt(from), To: dayAt(to)})
	if !m.agrees("thaw", meets && !m.closed[freeze] && from >= m.today && from >= m.from[freeze] && to >= from, err) {
		return
	}
	m.thaws[id] = [3]any{freeze, from, to}
	m.version[id], m.scopes[id] = 1, scope
	m.thawTable(id)
}

// thawTable writes the days of an override.
func (m *trial) thawTable(id string) {
	o := m.thaws[id]
	var table days[bool]
	for b := range blocks {
		for d := range horizon {
			table[b][d] = lies(b, m.scopes[id]) && d >= o[1].(int) && d <= o[2].(int)
		}
	}
	m.thawed[o[0].(string)][id] = &table
}

// refreeze ends an override, or moves its last day.
func (m *trial) refreeze(*rapid.T) {
	id, ok := pick(m, "override", m.thaws)
	if !ok {
		return
	}
	o := m.thaws[id]
	freeze, from, to := o[0].(string), o[1].(int), o[2].(int)
	ask := Thaw{ID: id, Version: m.version[id], Scope: parse(m.scopes[id]), From: dayAt(from), To: dayAt(to)}
	want := to >= m.today && !m.closed[freeze]
	if ask.Withdraw = rapid.Bool().Draw(m.t, "withdraw"); ask.Withdraw {
		to = min(to, m.today-1)
	} else {
		to += rapid.SampledFrom([]int{-10, -4, -1, 0, 1, 4, 10}).Draw(m.t, "by")
		ask.To = dayAt(to)
		want = want && to >= from && to >= m.today-1
	}
	_, err := m.c.thaw(ask)
	if !m.agrees("refreeze", want, err) {
		return
	}
	m.version[id]++
	m.thaws[id] = [3]any{freeze, from, to}
	m.thawTable(id)
	if ask.Withdraw && from >= m.today {
		delete(m.thaws, id)
	}
}

func (m *trial) close(*rapid.T) {
	id, ok := pick(m, "freeze", m.frozen)
	if !ok || m.day("seldom", 0, 3) != 2 {
		return
	}
	on := m.today - m.day("on", -1, 20)
	if on < 0 {
		return
	}
	if !m.agrees("close", !m.closed[id] && on <= m.today && on >= m.from[id], m.c.close(id, dayAt(on))) {
		return
	}
	m.closed[id] = true
	for b := range blocks {
		for d := on + 1; d < horizon; d++ {
			m.frozen[id][b][d] = false
		}
	}
}

// ask asks about a block: what is allowed now, and how some day stands.
func (m *trial) ask(*rapid.T) {
	b := m.day("block", 0, len(blocks)-1)
	deed := rapid.SampledFrom(Deeds()).Draw(m.t, "deed")
	now := m.phase(b, m.today)
	err := m.c.check(blocks[b].areas, deed)
	if want := slices.Contains(strings.Fields(lawByHand[now]), string(deed)); want != (err == nil) {
		m.t.Fatalf("%s to block %d on day %d, which is %s: %v", deed, b, m.today, now, err)
	}
	var refusal *Refusal
	if errors.As(err, &refusal) {
		m.promises(b, deed, refusal)
	}
	m.states(b, m.day("day", 0, horizon-161))
}

// promises checks that the day from which a refusal says that the deed will be allowed is
// the first such day of the table.
func (m *trial) promises(b int, deed Deed, r *Refusal) {
	for d := m.today + 1; d < horizon; d++ {
		if slices.Contains(strings.Fields(lawByHand[m.phase(b, d)]), string(deed)) {
			if r.From != dayAt(d) {
				m.t.Fatalf("%s will be allowed from %q, by the model from %s", deed, r.From, dayAt(d))
			}
			return
		}
	}
	if r.From != "" && r.From < dayAt(horizon-1) {
		m.t.Fatalf("%s will be allowed from %s, by the model never", deed, r.From)
	}
}

// states compares phase, first and last day, and what comes next.
func (m *trial) states(b, day int) {
	var got State
	m.c.View(m.c.t, func(tx *database.Tx) (err error) {
		got, err = m.c.store.At(tx, blocks[b].areas, epoch.AddDate(0, 0, day))
		return err
	})
	want := State{Phase: m.phase(b, day)}
	first, last := day, day
	for first > 0 && m.phase(b, first-1) == want.Phase {
		first--
	}
	for last < horizon-1 && m.phase(b, last+1) == want.Phase {
		last++
	}
	if first > 0 || want.Phase != Continuous {
		want.Since = dayAt(first)
	}
	if last < horizon-1 {
		want.Until, want.Next = dayAt(last), m.phase(b, last+1)
	}
	if got.Phase != want.Phase || got.Since != want.Since && first > 0 || got.Until != want.Until || got.Next != want.Next {
		m.t.Fatalf("block %d on day %d (%s): %+v, by the model %+v", b, day, dayAt(day), got, want)
	}
}
