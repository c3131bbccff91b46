package rollfile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"intikhab/platform/parquetfile"
)

// digits is the fixed length of the columns that are numbers only in looks: as
// integers they have lost their leading zeros.
var digits = map[string]int{"cnic": 13, "block_code": 9}

// parquetRows calls each with the wanted columns of every row; an optional
// column that is missing is empty. The first row counts as line 2, as in a text file.
// The fields are valid during the call.
func parquetRows(ctx context.Context, path string, columns Columns, wanted, optional []string, each func(row, rows int64, fields [][]byte) error) (err error) {
	f, err := parquetfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	at, err := columns.find(base(path), f.Names(), wanted, optional)
	if err != nil {
		return fmt.Errorf("%s: %w", base(path), err)
	}
	all := make([]parquetfile.Column, len(at))
	for i, name := range slices.Concat(wanted, optional) {
		all[i] = parquetfile.Column{At: at[i], Digits: digits[name]}
	}
	return f.Rows(ctx, all, func(row int64, fields [][]byte) error { return each(row+1, f.NumRows(), fields) })
}

func (r *VotersReader) readParquet(ctx context.Context) error {
	const batch = 8192
	rows := make([]Voter, 0, batch)
	flush := func() error {
		err := r.Rows(0, rows)
		rows = rows[:0]
		return err
	}
	err := parquetRows(ctx, r.Path, r.Columns, voterColumns, nil, func(n, total int64, f [][]byte) error {
		v, code, reason := parseVoter([5][]byte(f))
		if code != "" {
			return r.Problem(Problem{File: base(r.Path), Line: n, Code: code, Reason: reason, Row: joinFields(f)})
		}
		v.Line = n
		if rows = append(rows, v); len(rows) < batch {
			return nil
		}
		if r.Progress != nil {
			r.Progress(n-1, total)
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

func joinFields(f [][]byte) string {
	parts := make([]string, len(f))
	for i := range f {
		parts[i] = string(f[i])
	}
	return strings.Join(parts, ",")
}

func readParquetTable(path string, columns Columns, wanted, optional []string, each func(r row, code, reason string) error) error {
	return parquetRows(context.Background(), path, columns, wanted, optional, func(n, _ int64, f [][]byte) error {
		r := row{fields: make([]string, len(f)), line: n, raw: joinFields(f)}
		for i := range f {
			r.fields[i] = string(f[i])
		}
		return each(r, "", "")
	})
}
