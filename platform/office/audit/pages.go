package audit

import (
	"context"
	"math"

	"intikhab/platform/database"
)

// pageSize is how many rows are read at a time: each page is a short transaction,
// since a long one would hold back the database's own housekeeping.
const pageSize = 500

// A rowReader reads the rows in order.
type rowReader struct {
	ctx   context.Context
	db    *database.DB
	page  []Row
	after int64
	begun bool
	ended bool // all rows have been read, and head is the head at that moment
	head  head
}

// peek gives the next row and leaves it there; nil at the end.
func (r *rowReader) peek() (*Row, error) {
	if len(r.page) == 0 && !r.ended {
		if !r.begun {
			r.begun, r.after = true, math.MinInt64
		}
		err := r.db.View(r.ctx, func(tx *database.Tx) (err error) {
			if r.head, err = readHead(tx); err != nil {
				return err
			}
			r.page, err = rowsAfter(tx, r.after, pageSize)
			return err
		})
		if err != nil {
			return nil, err
		}
		r.ended = len(r.page) < pageSize
	}
	if len(r.page) == 0 {
		return nil, nil
	}
	return &r.page[0], nil
}

func (r *rowReader) next() (*Row, error) {
	row, err := r.peek()
	if row != nil {
		r.after = row.Seq
		r.page = r.page[1:]
	}
	return row, err
}

// upTo gives the row of a number, nil if there is none, and those before it to
// passed.
func (r *rowReader) upTo(seq int64, passed func(*Row)) (*Row, error) {
	for {
		row, err := r.peek()
		if err != nil || row == nil || row.Seq > seq {
			return nil, err
		}
		if row, err = r.next(); row.Seq == seq {
			return row, err
		}
		passed(row)
	}
}

// A noteReader reads the notes of what is sealed, in order, up to row most.
type noteReader struct {
	ctx   context.Context
	db    *database.DB
	most  int64
	page  []seal
	after int64
	ended bool
	met   bool // an entry stands where the note at the front says
}

// upTo gives the note of a row's place, nil if there is none. Notes before it that
// no entry met are given to wrong.
func (r *noteReader) upTo(seq int64, wrong func(seal)) (*seal, error) {
	for {
		if len(r.page) == 0 && !r.ended {
			err := r.db.View(r.ctx, func(tx *database.Tx) (err error) {
				r.page, err = sealsAfter(tx, r.after, pageSize)
				return err
			})
			if err != nil {
				return nil, err
			}
			r.ended = len(r.page) < pageSize
		}
		if len(r.page) == 0 || r.page[0].first > seq || r.page[0].first > r.most {
			return nil, nil
		}
		if r.page[0].last >= seq {
			return &r.page[0], nil
		}
		if !r.met {
			wrong(r.page[0])
		}
		r.after, r.met = r.page[0].first, false
		r.page = r.page[1:]
	}
}
