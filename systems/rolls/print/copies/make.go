package copies

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/document"
	"intikhab/platform/ledger"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/mass"
	"intikhab/systems/rolls/print/supplement"
)

// LedgerKind is the kind of the copies' entries in the ledger.
const LedgerKind = "roll-copy"

// write prints a block into memory.
func (s *Service) write(ctx context.Context, roll *print.Roll, want BlockPrint, o print.Options) ([]byte, int, error) {
	if want.Photographs {
		pictures := map[string][]byte{}
		roll.Photograph = func(id string) ([]byte, error) { return pictures[id], nil }
		err := s.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
			for i := range roll.Entries {
				if id := roll.Entries[i].Photograph; id != "" {
					if pictures[id], err = s.cfg.Store.Photograph(tx, id); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	var b bytes.Buffer
	if want.Supplement {
		for i := len(roll.Supplements) - 1; i >= 0; i-- {
			if one := &roll.Supplements[i]; one.Number > 0 {
				res, err := print.WriteSupplement(&b, roll, one, o)
				return b.Bytes(), res.Pages, err
			}
		}
		return nil, 0, fmt.Errorf("block %v: %w", want.Block, supplement.ErrNothing)
	}
	res, err := print.Write(&b, roll, o)
	return b.Bytes(), res.Pages, err
}

// Work makes the copies that two officers have agreed on, one after the other, and gives
// how many can be handed over now that could not before. What could not be done now, as
// while the ledger does not publish, is done when it is called again; it goes on where it
// was. Call it every minute, on the node that keeps the ledger.
func (s *Service) Work(ctx context.Context) (done int, err error) {
	if s.cfg.Ledger == nil {
		return 0, nil
	}
	var waiting []approval.Approval
	err = s.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
		waiting, err = s.cfg.Desk.Waiting(tx, ActExport)
		return err
	})
	for _, a := range waiting {
		if !strings.HasPrefix(a.On, "print:") {
			continue // another export, another worker's
		}
		one := s.make(ctx, a)
		if one == nil {
			done++
			continue
		}
		err = errors.Join(err, fmt.Errorf("%s: %w", a.On, one))
	}
	return done, err
}

// Dir is the folder of a copy's files.
func (s *Service) dir(c Copy) string {
	return filepath.Join(s.cfg.Dir, fmt.Sprintf("copy-%06d", c.Number))
}

// make makes one copy.
func (s *Service) make(ctx context.Context, a approval.Approval) error {
	var c Copy
	var dots func(document.Size) []document.Dot
	err := s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		var allowed payload
		if err := json.Unmarshal(a.Payload, &allowed); err != nil {
			return err
		}
		var err error
		if c, err = s.Get(tx, allowed.Copy); err != nil {
			return err
		}
		is, err := s.payload(tx, c)
		if err != nil {
			return err
		}
		if is != allowed || c.Approval != a.ID {
			c.State = Void
			return errors.Join(s.update(tx, &c, Asked), s.cfg.Desk.Fail(tx, a.ID, "the copy is not what was approved"))
		}
		dots, err = s.mark(tx, c.Number)
		return err
	})
	if err != nil {
		return err
	}
	again := c.State == Printed
	switch c.State {
	case Asked:
		if err := s.print(ctx, &c, dots); err != nil {
			return err
		}
	case Printed:
	default:
		return fmt.Errorf("%v is %s", c, c.State)
	}
	if c.Place, err = s.publish(ctx, c, again); err != nil {
		return err
	}
	if err := s.receipt(c); err != nil {
		return err
	}
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		now := c
		now.State, now.Ready = Ready, s.cfg.Book.Now().UTC()
		if err := s.update(tx, &now, Printed); err != nil {
			return err
		}
		e := audit.Entry{Officer: string(a.AskedBy), Act: string(ActExport), On: c.On(), Reason: a.Reason}
		e.Change("state", string(Asked), string(Ready))
		e.Change("sha256", nil, c.SHA256)
		e.Change("ledger", nil, fmt.Sprint(c.Place))
		if err := audit.Write(tx, s.cfg.Book.Now(), e); err != nil {
			return err
		}
		return s.cfg.Desk.Finish(tx, a.ID)
	})
}

// print prints all blocks of the constituency, and notes what is to go into the ledger.
func (s *Service) print(ctx context.Context, c *Copy, dots func(document.Size) []document.Dot) error {
	o := s.options(*c, dots)
	o.Date = time.Time{} // that of the first run
	report, err := mass.Run(ctx, mass.Config{DB: s.cfg.DB, Store: s.cfg.Store, Scope: rolls.Scope{Seat: c.Seat}, Options: o, Languages: c.Languages,
		Supplements: true, Bundles: true, Out: s.dir(*c)})
	if err != nil {
		return err
	}
	if len(report.Bundles) != 1 {
		return fmt.Errorf("%v: the constituency has %d bundles and not one", c, len(report.Bundles))
	}
	c.State, c.SHA256, c.Pages, c.Voters, c.Salt = Printed, report.Bundles[0].SHA256, report.Pages, report.Voters, make([]byte, 32)
	rand.Read(c.Salt)
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		var last int64
		if err := tx.QueryRow(`SELECT MAX(ledger) FROM print_copy`).Scan(&last); err != nil {
			return err
		}
		c.Ledger = uint64(last) + 1
		return s.update(tx, c, Asked)
	})
}

// statement is what the ledger's entry commits to.
func statement(c Copy) []byte {
	return fmt.Appendf(nil, "intikhab/roll-copy v1\ncopy %d\nseat %s\nbundle sha256 %s\n", c.Number, c.Seat, c.SHA256)
}

func entry(c Copy) ledger.Entry {
	return ledger.Entry{Kind: LedgerKind, Number: c.Ledger, Commitment: ledger.Commit([32]byte(c.Salt), statement(c))}
}

// publish puts the copy's hash into the ledger, once, and gives its index there when it is
// published. again says that a run before may have put it there.
func (s *Service) publish(ctx context.Context, c Copy, again bool) (int64, error) {
	e := entry(c)
	if again {
		for r, err := range s.cfg.Ledger.Backward(ctx) {
			if err != nil {
				return -1, err
			}
			if r.Entry != e {
				continue
			}
			if _, point := s.cfg.Ledger.Checkpoint(); point.Size <= r.Index {
				return -1, ledger.ErrUnpublished
			}
			return int64(r.Index), nil
		}
	}
	index, err := s.cfg.Ledger.Append(ctx, e.Bytes())
	return int64(index), err
}

// A Receipt goes with a copy: by it the recipient finds the copy's hash in the ledger.
type Receipt struct {
	Statement string `json:"statement"` // the entry's commitment is HMAC-SHA256 of it under the salt
	Salt      []byte `json:"salt"`
	Entry     string `json:"entry"`
	Index     int64  `json:"index"`
}

func (s *Service) receipt(c Copy) error {
	b, err := json.MarshalIndent(Receipt{string(statement(c)), c.Salt, string(entry(c).Bytes()), c.Place}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir(c), "receipt.json"), append(b, '\n'), 0o600)
}

// Bundle opens what is handed over, the ZIP file of a copy's constituency, for the officer
// who acts. It fails if the copy is not ready, or if what is on the disk is not what the
// ledger tells of. That it was handed over, and why, is in the audit trail before.
func (s *Service) Bundle(ctx context.Context, by office.Acting, number uint32, reason string) (file *os.File, c Copy, err error) {
	err = s.cfg.Book.Do(ctx, s.cfg.DB, by, func(tx *database.Tx) error {
		if c, err = s.Get(tx, number); err != nil {
			return err
		}
		d, err := s.in(tx, by, ActHand, c.Areas)
		if err != nil {
			return err
		}
		if c.State != Ready || c.Block != 0 {
			return ErrNotReady
		}
		return audit.Seen(tx, s.cfg.Book.Now(), d.Entry(by, ActHand, c.On(), reason))
	})
	if err != nil {
		return nil, c, err
	}
	if file, err = os.Open(filepath.Join(s.dir(c), "bundles", string(c.Seat)+".zip")); err != nil {
		return nil, c, err
	}
	sum := sha256.New()
	if _, err = io.Copy(sum, file); err == nil && hex.EncodeToString(sum.Sum(nil)) != c.SHA256 {
		err = fmt.Errorf("%v: the bundle on the disk is not the one whose hash stands in the ledger", c)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, c, errors.Join(err, file.Close())
	}
	return file, c, nil
}

// Receipt gives what goes with a copy.
func (s *Service) Receipt(c Copy) ([]byte, error) {
	if c.State != Ready || c.Block != 0 {
		return nil, ErrNotReady
	}
	return os.ReadFile(filepath.Join(s.dir(c), "receipt.json"))
}
