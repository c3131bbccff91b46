package office

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"intikhab/platform/web"
)

// Role is what somebody is to the commission. Three of them are no officers but
// ways in: anyone, an SMS gateway that shows its token, and whoever reaches the
// console's own listener (loopback by default).
type Role string

// The roles that are ways in.
const (
	Anyone  Role = "anyone"
	Gateway Role = "gateway"
	Console Role = "console"
)

// A Permission is one line of the table: who may do an act.
type Permission struct {
	Act  web.Act
	Role Role
}

//go:embed permissions.csv
var permissionsCSV string

// Permissions is the table.
func Permissions() []Permission {
	rows, err := csv.NewReader(strings.NewReader(permissionsCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("permissions.csv: %v", err))
	}
	var all []Permission
	for _, row := range rows[1:] {
		all = append(all, Permission{Act: web.Act(row[0]), Role: Role(row[1])})
	}
	return all
}

func known(act web.Act) bool {
	return slices.ContainsFunc(Permissions(), func(p Permission) bool { return p.Act == act })
}
