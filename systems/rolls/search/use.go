package search

import (
	"fmt"

	"intikhab/platform/database"
	"intikhab/platform/office/audit"
)

// Act is what a search is in the table of permissions.
const Act = "rolls.search"

// Search is Find as an officer's act: within the transaction it counts the search against
// the officer's limit and writes it into the audit trail, before anything is shown. by
// names officer, office, request and reason; its act and what it was on are filled in.
func (e *Engine) Search(tx *database.Tx, q Query, by audit.Entry) (found []Found, more bool, err error) {
	if err := e.count(tx, by.Officer); err != nil {
		return nil, false, err
	}
	found, more, err = e.Find(tx, q)
	if err != nil {
		return nil, false, err
	}
	by.Act, by.On = Act, "search:"+q.kind()
	by.After = map[string]string{"found": fmt.Sprint(len(found)), "looked_for": q.masked()}
	return found, more, audit.Seen(tx, e.now(), by)
}

// kind says by what was searched.
func (q Query) kind() string {
	switch {
	case q.HasCNIC:
		return "cnic"
	case q.Name == "" && q.Parent == "":
		return "household"
	}
	return "name"
}

// masked is the query as the audit trail keeps it.
func (q Query) masked() string {
	switch q.kind() {
	case "cnic":
		return q.CNIC.String()
	case "household":
		return fmt.Sprintf("household %d of %v", q.Household, q.Scope.Blocks)
	}
	return audit.Masked(q.Name) + " / " + audit.Masked(q.Parent)
}

// count notes one more search of an officer, or fails with ErrLimit.
func (e *Engine) count(tx *database.Tx, officer string) error {
	hour := e.now().UTC().Format("2006-01-02T15") // full hours are the same in Pakistan
	var times int
	var last string
	rows, err := tx.Query(`SELECT times, hour FROM search_use WHERE id = ?`, officer)
	if err != nil {
		return err
	}
	for rows.Next() {
		err = rows.Scan(&times, &last)
	}
	rows.Close()
	if err != nil {
		return err
	}
	if last != hour {
		times = 0
	}
	if times >= e.limit {
		return fmt.Errorf("%w: %d is the limit, and it begins anew at the full hour", ErrLimit, e.limit)
	}
	_, err = tx.Exec(`INSERT INTO search_use (id, times, hour) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET times = excluded.times, hour = excluded.hour`,
		officer, int64(times+1), hour)
	return err
}
