package copies

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/supplement"
)

// MostRecipient is how many letters a recipient's name has at most: it is to be read on
// every page.
const MostRecipient = 60

var (
	// ErrRecipient says that a copy is for nobody, or for a name that no page has room for.
	ErrRecipient = fmt.Errorf("a copy needs its recipient's name, of at most %d letters", MostRecipient)
	// ErrSeat says that there is no such constituency, or no block in it.
	ErrSeat = errors.New("the roll has no such constituency")
	// ErrNotReady says that a copy can't be handed over yet.
	ErrNotReady = errors.New("the copy is not ready: it waits for the second officer, for being printed, or for its place in the ledger")
)

// payload is what the second officer allows.
type payload struct {
	Copy        uint32                 `json:"copy"`
	Kind        Kind                   `json:"kind"`
	Recipient   string                 `json:"recipient_digest"`
	Seat        geography.Constituency `json:"seat"`
	Languages   string                 `json:"languages"`
	Photographs bool                   `json:"photographs"`
}

func (s *Service) payload(tx *database.Tx, c Copy) (payload, error) {
	pledge, err := s.pledge(tx, c)
	var languages []string
	for _, l := range c.Languages {
		languages = append(languages, string(l))
	}
	return payload{c.Number, c.Kind, pledge, c.Seat, strings.Join(languages, " "), c.Photographs}, err
}

// Ask asks for the copy of a constituency for a candidate, an agent or a party: Kind,
// Recipient, Seat, Languages, Photographs and Reason count. It then waits for a second
// officer, and for [Service.Work].
func (s *Service) Ask(tx *database.Tx, by office.Acting, c Copy) (Copy, error) {
	c.Recipient = strings.TrimSpace(c.Recipient)
	if n := len([]rune(c.Recipient)); n == 0 || n > MostRecipient {
		return c, ErrRecipient
	}
	if _, ok := geography.SeatOf(c.Seat); !ok {
		return c, ErrSeat
	}
	blocks, err := s.cfg.Store.Blocks(tx, rolls.Scope{Seat: c.Seat})
	if err != nil || len(blocks) == 0 {
		return c, errors.Join(err, ErrSeat)
	}
	for i := range blocks {
		if s.cfg.Phases == nil {
			break
		}
		if err := s.cfg.Phases(tx, &blocks[i]); err != nil {
			return c, err
		}
	}
	if len(c.Languages) == 0 {
		c.Languages = []words.Language{words.Urdu}
	}
	place := area.OfConstituency(c.Seat)
	c.State, c.Purpose, c.Areas, c.Asked, c.Officer, c.Office = Asked, print.Candidate, []area.Area{place}, s.cfg.Book.Now().UTC(), by.Officer, by.Office
	if err := s.insert(tx, &c); err != nil {
		return c, err
	}
	p, err := s.payload(tx, c)
	if err != nil {
		return c, err
	}
	a, err := s.cfg.Desk.Ask(tx, by, approval.Request{Act: ActExport, On: c.On(), Target: office.In(place), Payload: p, Reason: c.Reason})
	if err != nil {
		return c, err
	}
	c.Approval = a.ID
	return c, s.update(tx, &c, Asked)
}

// In asks whether somebody may do an act in any of the areas, and gives why not by the
// first of them.
func (s *Service) in(tx *database.Tx, by office.Acting, act office.Act, areas []area.Area) (office.Decision, error) {
	var first error
	for _, one := range areas {
		d, err := s.cfg.Book.Must(tx, by, act, office.In(one))
		var refusal *office.Refusal
		if err == nil || !errors.As(err, &refusal) {
			return d, err
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		return s.cfg.Book.Must(tx, by, act, office.Target{})
	}
	return office.Decision{}, first
}

// places are the areas of a block, the one that a refusal is best told of first.
func places(b *rolls.Block) []area.Area { return append([]area.Area{b.Area()}, b.Areas()...) }

// BlockPrint is what an officer asks for of one block.
type BlockPrint struct {
	Block       geography.BlockCode
	Purpose     print.Purpose // not Candidate: that takes two officers
	Language    words.Language
	Photographs bool
	Supplement  bool // the last supplement alone
	Reason      string
}

// ErrPurpose says that a print of this purpose is not made so.
var ErrPurpose = errors.New("a candidate's copy is asked for a constituency, and takes two officers")

// PrintBlock prints the roll of a block for the officer who acts, as a copy with a number
// of its own. That the officer was shown it is in the audit trail before a line is
// printed; the file's hash is in the copy's row when it returns.
func (s *Service) PrintBlock(ctx context.Context, by office.Acting, want BlockPrint) (c Copy, file []byte, err error) {
	if want.Purpose == print.Candidate {
		return c, nil, ErrPurpose
	}
	var roll *print.Roll
	var o print.Options
	err = s.cfg.Book.Do(ctx, s.cfg.DB, by, func(tx *database.Tx) error {
		if roll, err = print.Read(tx, s.cfg.Store, want.Block); err != nil {
			return err
		}
		d, err := s.in(tx, by, ActBlock, places(&roll.Block))
		if err != nil {
			return err
		}
		c = Copy{State: Asked, Kind: ForOfficer, Recipient: by.Name, Seat: roll.Block.NA, Block: want.Block, Areas: places(&roll.Block), Purpose: want.Purpose,
			Languages: []words.Language{want.Language}, Photographs: want.Photographs, Reason: want.Reason, Officer: by.Officer, Office: by.Office, Asked: s.cfg.Book.Now().UTC(), Voters: len(roll.Entries)}
		if c.Recipient == "" {
			c.Recipient = string(by.Officer)
		}
		if err := s.insert(tx, &c); err != nil {
			return err
		}
		dots, err := s.mark(tx, c.Number)
		if err != nil {
			return err
		}
		o = s.options(c, dots)
		e := d.Entry(by, ActBlock, "block:"+want.Block.String(), want.Reason)
		e.Change("copy", nil, fmt.Sprint(c.Number))
		return audit.Seen(tx, s.cfg.Book.Now(), e)
	})
	if err != nil {
		return c, nil, err
	}
	o.Language = want.Language
	if file, c.Pages, err = s.write(ctx, roll, want, o); err != nil {
		return c, nil, err
	}
	sum := sha256.Sum256(file)
	c.State, c.SHA256, c.Ready = Ready, hex.EncodeToString(sum[:]), s.cfg.Book.Now().UTC()
	return c, file, s.cfg.DB.Update(ctx, func(tx *database.Tx) error { return s.update(tx, &c, Asked) })
}

// IssueSupplement issues the next supplement of a block.
func (s *Service) IssueSupplement(ctx context.Context, by office.Acting, code geography.BlockCode, reason string) (one supplement.Supplement, err error) {
	err = s.cfg.Book.Do(ctx, s.cfg.DB, by, func(tx *database.Tx) error {
		b, err := s.cfg.Store.Block(tx, code)
		if err != nil {
			return err
		}
		d, err := s.in(tx, by, ActSupplement, places(&b))
		if err != nil {
			return err
		}
		if err := office.Reasoned(reason); err != nil {
			return err
		}
		if one, err = supplement.Issue(tx, s.cfg.Store, code, string(by.Officer)); err != nil {
			return err
		}
		e := d.Entry(by, ActSupplement, "block:"+code.String(), reason)
		e.Change("supplement", nil, fmt.Sprintf("%d of edition %d", one.Number, one.Edition))
		return audit.Write(tx, s.cfg.Book.Now(), e)
	})
	return one, err
}
