package copies

import (
	"context"
	"errors"
	"fmt"
	"image"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls/trace"
)

// Trace tells whose copy a page was printed from, as its hidden mark says, and the row of
// that copy. The error is trace.ErrNoMark if nothing can be read; and office.ErrMissing,
// with the reading, if the mark names a copy that this office never gave out. That the
// officer was told is in the audit trail.
func (s *Service) Trace(ctx context.Context, by office.Acting, page image.Image, reason string) (r trace.Reading, c Copy, err error) {
	var key []byte
	var numbers []uint32
	err = s.cfg.Book.Do(ctx, s.cfg.DB, by, func(tx *database.Tx) error {
		if _, err := s.cfg.Book.Must(tx, by, ActTrace, office.Target{}); err != nil {
			return err
		}
		if err := office.Reasoned(reason); err != nil {
			return err
		}
		if key, err = s.cfg.Store.Secret(tx, "trace"); err != nil {
			return err
		}
		numbers, err = s.numbers(tx)
		return err
	})
	if err != nil {
		return r, c, err
	}
	r, err = trace.Read(page, key)
	if errors.Is(err, trace.ErrNoMark) && len(numbers) > 0 { // more can be read by who knows what may stand there
		var all []trace.Reading
		if all, err = trace.Among(page, key, numbers); err == nil && len(all) == 0 {
			err = trace.ErrNoMark
		}
		if err == nil {
			r = all[0]
		}
	}
	if err != nil {
		return r, c, err
	}
	return r, c, s.cfg.Book.Do(ctx, s.cfg.DB, by, func(tx *database.Tx) error {
		d, err := s.cfg.Book.Must(tx, by, ActTrace, office.Target{})
		if err != nil {
			return err
		}
		if c, err = s.Get(tx, r.Copy); err != nil {
			return err
		}
		e := d.Entry(by, ActTrace, c.On(), reason)
		if by.Way != "" { // the shell: nobody is named, and the row says what was done
			e.Change("read", nil, fmt.Sprint(c.Number))
			return audit.Write(tx, s.cfg.Book.Now(), e)
		}
		return audit.Seen(tx, s.cfg.Book.Now(), e)
	})
}

func (s *Service) numbers(tx *database.Tx) (all []uint32, err error) {
	rows, err := tx.Query(`SELECT number FROM print_copy ORDER BY number`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n uint32
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// Shown gives a copy with its recipient to the officer who acts, and writes down that it
// was shown.
func (s *Service) Shown(ctx context.Context, by office.Acting, number uint32) (c Copy, err error) {
	err = s.cfg.Book.Do(ctx, s.cfg.DB, by, func(tx *database.Tx) error {
		if c, err = s.Get(tx, number); err != nil {
			return err
		}
		d, err := s.in(tx, by, ActRead, c.Areas)
		if err != nil {
			return err
		}
		return audit.Seen(tx, s.cfg.Book.Now(), d.Entry(by, ActRead, c.On(), "the recipient of a copy"))
	})
	return c, err
}

// Visible gives the copies that the officer who acts may see, of at most limit that were
// looked at below a number, and the number to go on with, 0 if there are no more.
func (s *Service) Visible(tx *database.Tx, by office.Acting, below uint32, limit int) (mine []Copy, next uint32, err error) {
	all, err := s.List(tx, below, limit)
	if err != nil {
		return nil, 0, err
	}
	known := map[string]bool{}
	for _, c := range all {
		key := fmt.Sprint(c.Areas)
		may, asked := known[key]
		if !asked {
			_, err := s.in(tx, by, ActRead, c.Areas)
			var refusal *office.Refusal
			if may = err == nil; err != nil && !errors.As(err, &refusal) {
				return nil, 0, err
			}
			known[key] = may
		}
		if may {
			mine = append(mine, c)
		}
	}
	if len(all) == limit {
		next = all[limit-1].Number
	}
	return mine, next, nil
}

// Do runs f as package office's Book.Do does: a refusal gets its row of the audit trail.
func (s *Service) Do(ctx context.Context, by office.Acting, f func(*database.Tx) error) error {
	return s.cfg.Book.Do(ctx, s.cfg.DB, by, f)
}
