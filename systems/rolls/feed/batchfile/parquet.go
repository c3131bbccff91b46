package batchfile

import (
	"context"
	"strings"
	"unicode/utf8"

	"intikhab/platform/parquetfile"
)

// together is how many rows of a Parquet file are one piece of work.
const together = 4096

// parquet reads a file of columns. Its first row is line 2, as in a file of lines.
func (r *Reader) parquet(ctx context.Context, m *Mapping, rows *reader) error {
	f, err := parquetfile.Open(r.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	take, err := m.takings(r.name(), f.Names())
	if err != nil {
		return err
	}
	var wanted []parquetfile.Column
	for i := range take {
		for j, at := range take[i].at {
			take[i].at[j] = len(wanted)
			digits := wholeDigits[columns[i]]
			if take[i].whole > 0 {
				digits = 0 // the mapping makes the number
			}
			wanted = append(wanted, parquetfile.Column{At: at, Digits: digits})
		}
	}
	p := lineParser{rows: rows, m: m, take: take}
	flow := r.flow(ctx)
	var text []byte
	var ends []int
	first := int64(2)
	flush := func(row int64) bool {
		all, cuts, at := string(text), ends, first
		text, ends, first = text[:0], nil, row+2
		return flow.do(r, func() (*Part, error) {
			part := p.table(all, cuts, len(wanted), at)
			part.Done, part.Total = row, f.NumRows()
			return part, nil
		})
	}
	last := int64(0)
	err = f.Rows(flow.ctx, wanted, func(row int64, fields [][]byte) error {
		for _, field := range fields {
			text = append(text, field...)
			ends = append(ends, len(text))
		}
		if last = row; len(ends) >= together*len(wanted) && !flush(row) {
			return context.Cause(flow.ctx)
		}
		return nil
	})
	if err == nil && len(ends) > 0 {
		flush(last)
	}
	return flow.end(err)
}

// table makes rows of fields that stand one after the other in a text.
func (p *lineParser) table(text string, ends []int, wide int, line int64) *Part {
	part := &Part{}
	fields := make([]string, wide)
	for at := 0; len(ends) > 0; line++ {
		begin := at
		for i := range wide {
			fields[i], at = text[at:ends[i]], ends[i]
		}
		ends = ends[wide:]
		if whole := text[begin:at]; !utf8.ValidString(whole) || strings.IndexByte(whole, 0) >= 0 {
			part.add(line, faulty("not_utf8", "the row is not in UTF-8"), strings.Join(fields, ","))
			continue
		}
		var f [width]string
		for i := range p.take {
			f[i] = p.take[i].value(fields)
		}
		part.Rows = append(part.Rows, Row{Line: line})
		if err := p.rows.row(&f, &part.Rows[len(part.Rows)-1]); err != nil {
			part.Rows = part.Rows[:len(part.Rows)-1]
			part.add(line, err, strings.Join(fields, ","))
		}
	}
	return part
}
