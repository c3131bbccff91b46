package statistics

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/database"
)

// Dimension is one thing by which questions are counted.
type Dimension string

// The dimensions, named as in CSV and JSON.
const (
	ByDay      Dimension = "day"
	ByHour     Dimension = "hour" // of the day
	ByDistrict Dimension = "district"
	ByGender   Dimension = "gender"
	ByChannel  Dimension = "channel"
	ByOperator Dimension = "operator"
	ByLanguage Dimension = "language"
	ByOutcome  Dimension = "outcome"
)

// Dimensions are all of them.
var Dimensions = []Dimension{ByDay, ByHour, ByDistrict, ByGender, ByChannel, ByOperator, ByLanguage, ByOutcome}

// ParseDimensions reads names joined by commas, as in a URL: "day,operator".
func ParseDimensions(s string) ([]Dimension, error) {
	var by []Dimension
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !Dimension(name).known() {
			return nil, fmt.Errorf("statistics: no dimension %q: want some of day, hour, district, gender, channel, operator, language, outcome", name)
		}
		by = append(by, Dimension(name))
	}
	return by, nil
}

func (d Dimension) known() bool {
	for _, k := range Dimensions {
		if d == k {
			return true
		}
	}
	return false
}

// Filter says which questions are wanted. Its zero value wants all.
type Filter struct {
	From, To string // first and last day, 2027-02-08; "" for no bound
	Where    map[Dimension]string
}

// Table is the answer to a query: a value for each dimension asked for, and how
// many questions had these values in common. Rows are in the order of their
// values.
type Table struct {
	By   []Dimension
	Rows []Row
}

// Row is one row of a Table.
type Row struct {
	Values    []string // as many as By, in its order
	Questions uint64
}

// Query sums up the questions that the filter wants. What was counted before the
// call is in it, unless the database cannot be written just now.
func (b *Book) Query(ctx context.Context, f Filter, by ...Dimension) (Table, error) {
	t := Table{By: by}
	where, args, err := f.conditions()
	if err != nil {
		return t, err
	}
	columns := ""
	for i, d := range by {
		if !d.known() {
			return t, fmt.Errorf("statistics: no dimension %q", d)
		}
		if i > 0 {
			columns += ", "
		}
		columns += string(d)
	}
	if b.store == nil {
		return t, errors.New("statistics: no database is kept")
	}
	_ = b.Flush(ctx) // whoever flushes every few seconds reports its failures
	query := "SELECT sum(questions) FROM questions" + where
	if columns != "" {
		query = "SELECT " + columns + ", sum(questions) FROM questions" + where +
			" GROUP BY " + columns + " ORDER BY " + columns
	}
	err = b.store.View(ctx, func(tx *database.Tx) error { return t.read(ctx, tx, query, args) })
	if err != nil {
		return t, fmt.Errorf("statistics: %w", err)
	}
	return t, nil
}

func (f Filter) conditions() (string, []any, error) {
	var conditions []string
	var args []any
	for _, bound := range []struct{ day, condition string }{{f.From, "day >= ?"}, {f.To, "day <= ?"}} {
		if bound.day == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, bound.day); err != nil {
			return "", nil, fmt.Errorf("statistics: day %q: want a date such as 2027-02-08", bound.day)
		}
		conditions, args = append(conditions, bound.condition), append(args, bound.day)
	}
	for _, d := range Dimensions { // in a fixed order
		if v, ok := f.Where[d]; ok {
			conditions, args = append(conditions, string(d)+" = ?"), append(args, v)
		}
	}
	for d := range f.Where {
		if !d.known() {
			return "", nil, fmt.Errorf("statistics: no dimension %q", d)
		}
	}
	if len(conditions) == 0 {
		return "", nil, nil
	}
	return " WHERE " + strings.Join(conditions, " AND "), args, nil
}

func (t *Table) read(ctx context.Context, tx *database.Tx, query string, args []any) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	t.Rows = nil // this may run again
	for rows.Next() {
		values := make([]string, len(t.By))
		var sum sql.NullInt64
		into := make([]any, 0, len(values)+1)
		for i := range values {
			into = append(into, &values[i])
		}
		if err := rows.Scan(append(into, &sum)...); err != nil {
			return err
		}
		if sum.Valid {
			t.Rows = append(t.Rows, Row{values, uint64(sum.Int64)})
		}
	}
	return rows.Err()
}

// Total is the sum of all rows.
func (t Table) Total() (n uint64) {
	for _, r := range t.Rows {
		n += r.Questions
	}
	return n
}

// WriteCSV writes the table as RFC 4180 has it, with a header.
func (t Table) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	line := make([]string, 0, len(t.By)+1)
	for _, d := range t.By {
		line = append(line, string(d))
	}
	c.Write(append(line, "questions"))
	for _, r := range t.Rows {
		c.Write(append(append(line[:0], r.Values...), strconv.FormatUint(r.Questions, 10)))
	}
	c.Flush()
	return c.Error()
}

// MarshalJSON writes the rows as objects: [{"day":"2027-02-08","questions":7}].
// The hour is a string as all values are, and its order is a number's.
func (t Table) MarshalJSON() ([]byte, error) {
	out := []byte{'['}
	for i, r := range t.Rows {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '{')
		for j, d := range t.By {
			value, err := json.Marshal(r.Values[j])
			if err != nil {
				return nil, err
			}
			out = append(out, `"`+string(d)+`":`...)
			out = append(append(out, value...), ',')
		}
		out = append(out, `"questions":`...)
		out = append(strconv.AppendUint(out, r.Questions, 10), '}')
	}
	return append(out, ']'), nil
}
