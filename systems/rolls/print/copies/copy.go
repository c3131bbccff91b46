// Package copies is to whom prints of the rolls were given: each copy has a number that
// stands on all its pages, openly and in the hidden mark of package trace, a named
// recipient, the officer who gave it, and the SHA-256 of what was given. Section 79 of
// the Elections Act 2017 (read of in the press) gives candidates and their agents copies
// with photographs; two officers allow each, and its hash stands in the public ledger
// before it can be handed over (TestCopy). A page that turns up somewhere leads back to
// its copy (TestTrace).
package copies

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/document"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/trace"
)

//go:embed migrations
var migrations embed.FS

// Migrate makes the table.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "print", dir)
}

const (
	table  = "print_copy"
	sealed = "recipient"
)

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{{Table: table, Key: "number", Name: sealed}}
}

// The acts of the table of permissions.
const (
	ActRead       office.Act = "print.read"
	ActBlock      office.Act = "print.block"
	ActSupplement office.Act = "print.supplement"
	ActExport     office.Act = "data.export" // takes two officers
	ActHand       office.Act = "print.hand"
	ActTrace      office.Act = "print.trace"
)

// A Kind is what somebody is who gets a copy.
type Kind string

// The kinds.
const (
	ForCandidate Kind = "candidate"
	ForAgent     Kind = "agent"
	ForParty     Kind = "party"
	ForOfficer   Kind = "officer"
)

// A State is how far a copy has come.
type State string

// The states. How an asked one stands its approval says.
const (
	Asked   State = "asked"   // waits for the second officer, or to be printed
	Printed State = "printed" // on the disk; its hash is on its way into the ledger
	Ready   State = "ready"   // can be handed over, or was
	Void    State = "void"    // could not be made
)

// A Copy is one copy.
type Copy struct {
	Number      uint32
	State       State
	Kind        Kind
	Recipient   string // personal: whoever shows it writes that down
	Seat        geography.Constituency
	Block       geography.BlockCode // of a print of one block, else 0
	Areas       []area.Area
	Purpose     print.Purpose
	Languages   []words.Language
	Photographs bool
	Reason      string
	Officer     office.OfficerID
	Office      office.OfficeID
	Asked       time.Time
	Approval    string
	SHA256      string // of the bundle of a constituency, of the file of a block
	Pages       int
	Voters      int
	Ledger      uint64 // number of the ledger's entry among those of its kind, 0 if none
	Place       int64  // its index in the ledger, -1 if none
	Salt        []byte
	Ready       time.Time
}

// GoString and String keep the recipient out of logs.
func (c Copy) GoString() string { return c.String() }
func (c Copy) String() string   { return fmt.Sprintf("copy %d", c.Number) }

// On names the copy in the audit trail.
func (c Copy) On() string { return fmt.Sprintf("print:%d", c.Number) }

// A Log is the public ledger; a *ledger.Log is one.
type Log interface {
	Append(ctx context.Context, entries ...[]byte) (first uint64, err error)
	Backward(ctx context.Context) iter.Seq2[ledger.Record, error]
	Checkpoint() ([]byte, checkpoint.Checkpoint)
}

var _ Log = (*ledger.Log)(nil)

// Config is what the copies need. DB, Store, Keys, Book and Desk must be set.
type Config struct {
	DB         *database.DB
	Store      *rolls.Store
	Keys       *vault.Keyring
	Book       *office.Book
	Desk       *approval.Desk
	Ledger     Log                    // nil where another node keeps it: copies are then made there
	Dir        string                 // where copies of constituencies are made
	Qualifying func() rolls.Date      // the day on which ages are counted; nil: the day of the print
	Masked     map[print.Purpose]bool // see print.Options
	// Phases says whether candidates may be given copies of a block's roll now; nil: always.
	Phases func(tx *database.Tx, b *rolls.Block) error
	Log    *slog.Logger
}

// Service gives out copies.
type Service struct{ cfg Config }

// New makes the service, and says to the desk of approvals that it makes copies that two
// officers have agreed on.
func New(cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	cfg.Desk.RegisterLong(ActExport)
	return &Service{cfg}
}

// options are those of a copy's prints.
func (s *Service) options(c Copy, dots func(document.Size) []document.Dot) print.Options {
	o := print.Options{Purpose: c.Purpose, Photographs: c.Photographs, Masked: s.cfg.Masked, Date: c.Asked,
		Copy: print.Copy{Number: c.Number, Recipient: c.Recipient}, Dots: dots, Qualifying: rolls.DateOf(c.Asked.In(words.Zone))}
	if s.cfg.Qualifying != nil {
		o.Qualifying = s.cfg.Qualifying()
	}
	return o
}

// mark is the hidden mark of a copy.
func (s *Service) mark(tx *database.Tx, number uint32) (func(document.Size) []document.Dot, error) {
	key, err := s.cfg.Store.Secret(tx, "trace")
	if err != nil {
		return nil, err
	}
	return trace.Mark(key, number)
}

// pledge is what an approval says of a recipient without naming anybody: whoever changes
// the row after the second officer has looked at it is found out.
func (s *Service) pledge(tx *database.Tx, c Copy) (string, error) {
	key, err := s.cfg.Store.Secret(tx, "print recipients")
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%d %s %q", c.Number, c.Kind, c.Recipient)
	return hex.EncodeToString(h.Sum(nil)), nil
}

const columns = `number, state, kind, recipient, seat, block, areas, purpose, languages, photographs, reason, officer, office, asked, approval, sha256, pages, voters, ledger, place, salt, ready`

// insert writes a new copy and gives its number.
func (s *Service) insert(tx *database.Tx, c *Copy) error {
	var last sql.NullInt64
	if err := tx.QueryRow(`SELECT MAX(number) FROM print_copy`).Scan(&last); err != nil {
		return err
	}
	c.Number, c.Place = uint32(last.Int64+1), -1
	languages := make([]string, len(c.Languages))
	for i, l := range c.Languages {
		languages[i] = string(l)
	}
	photographs := 0
	if c.Photographs {
		photographs = 1
	}
	key := fmt.Sprint(c.Number)
	_, err := tx.Exec(`INSERT INTO print_copy (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, -1, ?, ?)`,
		int64(c.Number), string(c.State), string(c.Kind), s.cfg.Keys.Seal(table, sealed, key, []byte(c.Recipient)), string(c.Seat), int64(c.Block), area.Join(c.Areas),
		string(c.Purpose), strings.Join(languages, " "), photographs, c.Reason, string(c.Officer), string(c.Office), database.Time{Time: c.Asked}, c.Approval, []byte{}, database.Time{})
	return err
}

// update writes how far a copy has come, if nobody else has meanwhile.
func (s *Service) update(tx *database.Tx, c *Copy, from State) error {
	res, err := tx.Exec(`UPDATE print_copy SET state = ?, approval = ?, sha256 = ?, pages = ?, voters = ?, ledger = ?, place = ?, salt = ?, ready = ? WHERE number = ? AND state = ?`,
		string(c.State), c.Approval, c.SHA256, c.Pages, c.Voters, int64(c.Ledger), c.Place, append([]byte{}, c.Salt...), database.Time{Time: c.Ready}, int64(c.Number), string(from))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("%v: %w", c, errors.Join(err, rolls.ErrChanged))
	}
	return nil
}

func (s *Service) scan(scan func(...any) error) (c Copy, err error) {
	var recipient []byte
	var areas, languages string
	var asked, ready database.Time
	err = scan(&c.Number, &c.State, &c.Kind, &recipient, &c.Seat, &c.Block, &areas, &c.Purpose, &languages, &c.Photographs, &c.Reason, &c.Officer, &c.Office,
		&asked, &c.Approval, &c.SHA256, &c.Pages, &c.Voters, &c.Ledger, &c.Place, &c.Salt, &ready)
	if err != nil {
		return c, err
	}
	c.Asked, c.Ready = asked.Time, ready.Time
	for _, l := range strings.Fields(languages) {
		c.Languages = append(c.Languages, words.Language(l))
	}
	plain, err := s.cfg.Keys.Open(table, sealed, fmt.Sprint(c.Number), recipient)
	if err != nil {
		return c, fmt.Errorf("%v: %w", c, err)
	}
	c.Recipient = string(plain)
	if areas != "" {
		c.Areas, err = area.ParseList(areas)
	}
	return c, err
}

// Get gives a copy, or office.ErrMissing.
func (s *Service) Get(tx *database.Tx, number uint32) (Copy, error) {
	c, err := s.scan(tx.QueryRow(`SELECT `+columns+` FROM print_copy WHERE number = ?`, int64(number)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return c, office.ErrMissing
	}
	return c, err
}

// List gives copies with numbers below one, the newest first; 0 is from the newest.
func (s *Service) List(tx *database.Tx, below uint32, limit int) (all []Copy, err error) {
	if below == 0 {
		below = 1<<32 - 1
	}
	rows, err := tx.Query(`SELECT `+columns+` FROM print_copy WHERE number < ? ORDER BY number DESC LIMIT ?`, int64(below), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := s.scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}
