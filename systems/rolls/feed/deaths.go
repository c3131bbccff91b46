package feed

import (
	"regexp"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

// A ReportedDeath is a death that the identity authority has reported and that has not
// been acted on.
type ReportedDeath struct {
	CNIC  cnic.Number
	AsOf  rolls.Date // zero where the row could not be read
	Batch ID
	How   string // previewed: an officer has not decided on the batch; waits: for the electoral area; rejected: the row was not taken
}

// Deaths gives the deaths that were reported and not acted on, in no order: of batches
// that wait for an officer or are being applied, rows that wait for their electoral area,
// and rows that were not taken but name a person. A death that was reported of somebody
// who did not stand in the roll then, and was enrolled afterwards, is not among them: such
// rows are counted, and not kept.
func (s *Service) Deaths(tx *database.Tx, f func(ReportedDeath) error) error {
	all, err := s.Batches(tx, 0, 1<<30)
	if err != nil {
		return err
	}
	for i := range all {
		b := &all[i]
		how := map[State]string{Previewed: "previewed", Applying: "previewed", Applied: "waits"}[b.State]
		if how == "" {
			continue
		}
		if err := s.stagedDeaths(tx, b, how, f); err != nil {
			return err
		}
		if err := s.rejectedDeaths(tx, b, f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) stagedDeaths(tx *database.Tx, b *Batch, how string, f func(ReportedDeath) error) error {
	var rows []batchfile.Row
	for after := int64(0); ; {
		chunks, err := s.staged(tx, "feed_chunk", b.ID, after, 1<<62, 4)
		if err != nil || len(chunks) == 0 {
			return err
		}
		for _, c := range chunks {
			after = c.number
			if rows, err = c.rows(rows[:0]); err != nil {
				return err
			}
			for i := range rows {
				if rows[i].Action != batchfile.Death {
					continue
				}
				if err := f(ReportedDeath{rows[i].CNIC, rows[i].AsOf, b.ID, how}); err != nil {
					return err
				}
			}
		}
	}
}

// thirteen finds a CNIC in a row that could not be read.
var thirteen = regexp.MustCompile(`\b\d{5}-?\d{7}-?\d\b`)

func (s *Service) rejectedDeaths(tx *database.Tx, b *Batch, f func(ReportedDeath) error) error {
	for after := int64(0); ; {
		problems, next, err := s.Rejects(tx, b.ID, after)
		if err != nil || next == 0 {
			return err
		}
		after = next
		for i := range problems {
			row := problems[i].Row
			if !strings.Contains(row, batchfile.Death.String()) {
				continue
			}
			n, err := cnic.Parse(thirteen.FindString(row))
			if err != nil {
				continue
			}
			if err := f(ReportedDeath{CNIC: n, Batch: b.ID, How: "rejected"}); err != nil {
				return err
			}
		}
	}
}
