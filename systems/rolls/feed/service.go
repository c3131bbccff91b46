package feed

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

// Config is what a feed needs. All must be set but those that say otherwise.
type Config struct {
	DB          *database.DB
	Keys        *vault.Keyring
	Rolls       *rolls.Store
	Phases      *phase.Store
	Book        *office.Book
	Authorities []note.Verifier   // whose signature a manifest may have
	Now         func() time.Time  // nil: the machine's clock
	On          func() rolls.Date // the qualifying day; nil: today, in Pakistan
	FillLeast   int64             // an empty roll is filled by a batch of so many rows or more; 0: 50,000
	Bytes       int               // of text in a chunk; 0: 1 MiB
	Together    int               // chunks in one transaction of an empty roll's filling; 0: 12
}

// A Service takes batches in and applies them. Its methods may be called at the same time.
type Service struct{ cfg Config }

// New makes a service. The tables of feed, rolls, phase, office and audit must be there.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.On == nil {
		cfg.On = func() rolls.Date { return dayOf(cfg.Now()) }
	}
	if cfg.FillLeast == 0 {
		cfg.FillLeast = 50_000
	}
	if cfg.Together == 0 {
		cfg.Together = 12
	}
	return &Service{cfg}
}

// Acts of the table of permissions.
const (
	ActReceive office.Act = "feed.receive"
	ActRead    office.Act = "feed.read"
	ActRejects office.Act = "feed.rejects" // to see rows that were not taken, which are personal
	ActApply   office.Act = "feed.apply"
	ActLoad    office.Act = "feed.load" // at the machine: to apply a batch to an empty roll
	ActDiscard office.Act = "feed.discard"
	ActReverse office.Act = "feed.reverse"
)

// blocks are all electoral areas.
func (s *Service) blocks(ctx context.Context) (map[geography.BlockCode]rolls.Block, error) {
	all := map[geography.BlockCode]rolls.Block{}
	err := s.cfg.DB.View(ctx, func(tx *database.Tx) error {
		list, err := s.cfg.Rolls.Blocks(tx, rolls.Scope{})
		for _, b := range list {
			all[b.Code] = b
		}
		return err
	})
	return all, err
}

// rule is what the rows of a batch are decided by today.
func (s *Service) rule(b *Batch, blocks map[geography.BlockCode]rolls.Block) *rule {
	return &rule{on: s.cfg.On(), made: dayOf(b.Manifest.Made), known: func(code geography.BlockCode) bool {
		_, ok := blocks[code]
		return ok
	}}
}

// empty tells whether a batch meets, or fills, an empty roll.
func (s *Service) empty(tx *database.Tx, b *Batch) (bool, error) {
	if b.filling {
		return true, nil
	}
	if filling, err := s.cfg.Rolls.Filling(tx); err != nil || filling {
		if err == nil {
			err = rolls.ErrFilling
		}
		return false, err
	}
	return s.cfg.Rolls.Empty(tx)
}

// entry is the audit row of an act on a batch by whoever ordered it.
func (b *Batch) entry(act office.Act) audit.Entry {
	return audit.Entry{Officer: b.Officer, Office: b.Office, Act: string(act), On: "feed:" + b.ID.String(), Reason: b.Reason, Request: b.request}
}

// by makes somebody the one who ordered what happens next.
func (b *Batch) by(a office.Acting, reason string) {
	b.Officer, b.Office, b.request, b.Reason = string(a.Officer), string(a.Office), a.Request, reason
	if b.Officer == "" {
		b.Officer = string(a.Way)
	}
}

// applied is the act by which it was ordered that a batch is applied.
func (b *Batch) applied() office.Act {
	if b.Officer == string(office.Shell) {
		return ActLoad
	}
	return ActApply
}

// put writes how a batch stands.
func (b *Batch) put(tx *database.Tx, now time.Time) error {
	b.Changed = now
	_, err := tx.Exec(`UPDATE feed_batch SET state = ?, why = ?, total = ?, rejected = ?, next_chunk = ?, step = ?, cursor_at = ?, until_chunk = ?,
		filling = ?, first_voter = ?, done = ?, officer = ?, office = ?, request = ?, reason = ?, changed = ?, run = ? WHERE id = ?`,
		string(b.State), b.Why, b.Rows, b.Rejected, b.next, b.step, b.Reached, b.Until, b.filling, int64(b.first), jsonText(b.Done),
		b.Officer, b.Office, b.request, b.Reason, database.Time{Time: now}, b.run, int64(b.ID))
	return err
}

// mine gives a batch of which the row still names this run, to be changed by it.
func (s *Service) mine(tx *database.Tx, id ID, run string, state State) (Batch, error) {
	b, err := s.scan(tx.QueryRow(`SELECT `+batchColumns+` FROM feed_batch WHERE id = ?`, int64(id)).Scan)
	if err == nil && (b.run != run || b.State != state) {
		err = ErrTaken
	}
	return b, err
}

// digest is the keyed hash by which a row of the audit trail names rows of people: who
// has the trail alone can't try which people they are.
type digest struct{ key []byte }

func (s *Service) digest(ctx context.Context) (d digest, err error) {
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) (err error) {
		d.key, err = s.cfg.Rolls.Secret(tx, "feed")
		return err
	})
	return d, err
}

func (d digest) of(parts ...[]byte) string {
	h := hmac.New(sha256.New, d.key)
	for _, p := range parts {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func newRun() string { return rand.Text() }
