package office

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Scope says how far a permission reaches.
type Scope string

// The scopes, from the narrowest.
const (
	Self         Scope = "self"         // what is the officer's own: his account, his sessions
	OwnOffice    Scope = "office"       // what is of the very office at which the role is held
	Jurisdiction Scope = "jurisdiction" // what lies wholly within the area of the office, see package area
	Everywhere   Scope = "everywhere"
)

// A Permission is one line of the table: who may do an act, and how far.
type Permission struct {
	Act      Act
	Role     Role
	Scope    Scope
	Officers int    // how many it takes: 1, or 2 where another must approve
	Law      string // the section it rests on, and whether that was read or recalled
}

// A Table is the table of permissions. It does not change once it is made.
type Table struct {
	rows  []Permission
	byAct map[Act][]Permission
}

//go:embed permissions.csv
var permissionsCSV string

// Standard is the table of this program, permissions.csv. A fault in it is a fault
// of the program: it panics.
var Standard = sync.OnceValue(func() *Table {
	t, err := ReadTable(strings.NewReader(permissionsCSV))
	if err != nil {
		panic(err)
	}
	return t
})

// Permissions are the lines of the program's own table, in their order.
func Permissions() []Permission { return slices.Clone(Standard().rows) }

var (
	tableHead = []string{"act", "role", "scope", "officers", "law"}
	actName   = regexp.MustCompile(`^[a-z]+(\.[a-z]+)+$`)
)

// ReadTable reads a table of permissions. It refuses a role, a scope or a number
// that is not one, a line that stands twice, and what would make no sense: an act
// that takes two officers given to somebody who is none, or one whose lines do not
// agree on how many it takes.
func ReadTable(r io.Reader) (*Table, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(tableHead)
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("permissions.csv: %w", err)
	}
	if !slices.Equal(head, tableHead) {
		return nil, fmt.Errorf("permissions.csv: the first line must be %s", strings.Join(tableHead, ","))
	}
	t := &Table{byAct: map[Act][]Permission{}}
	for {
		f, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("permissions.csv: %w", err)
		}
		line, _ := in.FieldPos(0)
		n, _ := strconv.Atoi(f[3])
		p := Permission{Act(f[0]), Role(f[1]), Scope(f[2]), n, f[4]}
		if err := t.add(p); err != nil {
			return nil, fmt.Errorf("permissions.csv: line %d: %w", line, err)
		}
	}
}

func (t *Table) add(p Permission) error {
	wayIn := slices.Contains(WaysIn(), p.Role)
	switch {
	case !actName.MatchString(string(p.Act)):
		return fmt.Errorf("act %q: it must be words of small letters with dots between", p.Act)
	case !wayIn && !p.Role.Appointed():
		return fmt.Errorf("role %q is none", p.Role)
	case !slices.Contains([]Scope{Self, OwnOffice, Jurisdiction, Everywhere}, p.Scope):
		return fmt.Errorf("scope %q: it must be self, office, jurisdiction or everywhere", p.Scope)
	case p.Officers != 1 && p.Officers != 2:
		return errors.New("officers: it must be 1 or 2")
	case wayIn && p.Scope != Everywhere && (p.Role != AnyOfficer || p.Scope != Self):
		return fmt.Errorf("role %q holds no office, its scope must be everywhere", p.Role)
	case p.Officers == 2 && (wayIn || p.Scope == Self):
		return errors.New("an act that takes two officers must be given to roles that hold an office")
	}
	for _, other := range t.byAct[p.Act] {
		if other.Role == p.Role && other.Scope == p.Scope {
			return fmt.Errorf("%s, %s, %s stands twice", p.Act, p.Role, p.Scope)
		}
		if other.Officers != p.Officers {
			return fmt.Errorf("%s takes %d officers in another line", p.Act, other.Officers)
		}
	}
	t.rows = append(t.rows, p)
	t.byAct[p.Act] = append(t.byAct[p.Act], p)
	return nil
}

// Knows tells whether the act stands in the table.
func (t *Table) Knows(act Act) bool { return len(t.byAct[act]) > 0 }

// Of gives the lines of an act. They are shared and must not be changed.
func (t *Table) Of(act Act) []Permission { return t.byAct[act] }

// Two tells whether the act takes two officers.
func (t *Table) Two(act Act) bool {
	rows := t.byAct[act]
	return len(rows) > 0 && rows[0].Officers == 2
}

// Acts gives every act once, in the order of the table.
func (t *Table) Acts() (acts []Act) {
	for i, p := range t.rows {
		if i == 0 || p.Act != t.rows[i-1].Act {
			if !slices.Contains(acts, p.Act) {
				acts = append(acts, p.Act)
			}
		}
	}
	return acts
}

// Known tells whether the act stands in the program's own table. The program asks
// it of every command at its start, as package web asks a gate of every route.
func Known(act Act) bool { return Standard().Knows(act) }

// Title is the key of the act's description in the catalogue.
func Title(act Act) string { return "office.act." + string(act) }
