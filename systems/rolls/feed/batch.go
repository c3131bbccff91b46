// Package feed is what the identity authority sends to the electoral rolls: batches of
// new cards, changes, cancellations and deaths (sections 25 to 27 of the Elections Act
// 2017, recalled). A batch is received whole against its signed manifest, shown as the
// difference that it would make, applied by an officer, and can be taken back as a whole.
//
// What may stop in the middle goes on where it stopped: a chunk of rows, the place that
// was reached and the row of the audit trail are one transaction, and TestKilled shows
// with kill -9 that in the end the roll is the one of an undisturbed run. A person
// stands in the roll once, whatever batches say: a CNIC comes once in a batch, and is
// looked for in the roll, in the transaction that adds it, or is the first that the empty
// roll has. Rows of electoral areas whose roll may not change wait (package phase).
//
// Nothing of a person lies in the clear outside the authority's own file: what is staged,
// previewed and rejected is sealed (package vault).
package feed

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "feed", dir)
}

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: "feed_batch", Key: "id", Name: "preview"},
		{Table: "feed_chunk", Key: "id", Name: "sealed"},
		{Table: "feed_reject", Key: "id", Name: "sealed"},
	}
}

// ID is a batch's number here.
type ID int64

// String gives the number.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Cause is what entries have that a batch made so.
func (id ID) Cause() rolls.Cause { return rolls.Cause("feed:" + id.String()) }

// Back is what entries have that its reversal put back.
func (id ID) Back() rolls.Cause { return rolls.Cause("unfeed:" + id.String()) }

// State is what has become of a batch.
type State string

// The states, in the order in which a batch goes through them.
const (
	Receiving State = "receiving" // it is being read; if that stopped, receiving it again begins anew
	Refused   State = "refused"   // it is not what its manifest says; nothing of it is kept
	Previewed State = "previewed" // an officer decides
	Discarded State = "discarded" // an officer decided against it; nothing of it is kept
	Applying  State = "applying"  // ordered; what is not done yet is done by Run
	Applied   State = "applied"   // done, but for rows that wait
	Reversing State = "reversing" // taken back; what is not done yet is done by Run
	Reversed  State = "reversed"  // as if it had never come, but for what was changed since
)

// States are all states.
func States() []State {
	return []State{Receiving, Refused, Previewed, Discarded, Applying, Applied, Reversing, Reversed}
}

// ErrNoBatch says that there is no batch of that number.
var ErrNoBatch = errors.New("there is no such batch")

// ErrTaken says that another process works on the batch.
var ErrTaken = errors.New("another process works on this batch: this one has stopped, and nothing was done twice")

// A StateError says that something can't be done to a batch as it stands.
type StateError struct {
	ID    ID
	State State
	Do    string // what was to be done
}

func (e *StateError) Error() string {
	return fmt.Sprintf("batch %v is %s: it can't be %s now", e.ID, e.State, e.Do)
}

// Done is what a batch did so far.
type Done struct {
	Outcomes map[Outcome]int64   `json:"outcomes"`
	Bars     map[rolls.Bar]int64 `json:"bars"`
	Restored int64               `json:"restored"` // by the reversal
	Unloaded int64               `json:"unloaded"`
	Left     int64               `json:"left"` // by the reversal: entries changed since
}

func (d Done) clone() Done {
	c := Done{map[Outcome]int64{}, map[rolls.Bar]int64{}, d.Restored, d.Unloaded, d.Left}
	for k, n := range d.Outcomes {
		c.Outcomes[k] = n
	}
	for k, n := range d.Bars {
		c.Bars[k] = n
	}
	return c
}

// A Batch is one batch as it stands.
type Batch struct {
	ID       ID
	Manifest batchfile.Manifest
	State    State
	Why      string // it was refused
	Rows     int64  // that are or were staged
	Rejected int64
	Preview  *Preview // nil before there is one
	Done     Done
	Waiting  int64 // rows that wait for their electoral areas
	Reached  int64 // chunks of this run that are done, of Until
	Until    int64
	Officer  string // who ordered the last thing
	Office   string
	Reason   string
	Received time.Time
	Changed  time.Time

	step, next int64
	filling    bool
	first      rolls.VoterID
	request    string
	run        string
	raw        []byte
}

const batchColumns = `id, manifest, state, why, total, rejected, next_chunk, step, cursor_at, until_chunk, filling, first_voter, preview, done,
	officer, office, request, reason, received, changed, run`

func (s *Service) scan(scan func(...any) error) (b Batch, err error) {
	var manifest, done string
	var preview []byte
	var received, changed database.Time
	err = scan(&b.ID, &manifest, &b.State, &b.Why, &b.Rows, &b.Rejected, &b.next, &b.step, &b.Reached, &b.Until, &b.filling, &b.first, &preview, &done,
		&b.Officer, &b.Office, &b.request, &b.Reason, &received, &changed, &b.run)
	if errors.Is(err, sql.ErrNoRows) {
		return b, ErrNoBatch
	}
	if err != nil {
		return b, err
	}
	b.Received, b.Changed, b.raw = received.Time, changed.Time, preview
	if err = json.Unmarshal([]byte(manifest), &b.Manifest); err != nil {
		return b, fmt.Errorf("batch %v: manifest: %w", b.ID, err)
	}
	if err = json.Unmarshal([]byte(done), &b.Done); err != nil {
		return b, fmt.Errorf("batch %v: done: %w", b.ID, err)
	}
	return b, nil
}

// open opens the preview of a batch.
func (s *Service) open(b *Batch) error {
	if b.raw == nil {
		return nil
	}
	plain, err := s.cfg.Keys.Open("feed_batch", "preview", b.ID.String(), b.raw)
	if err == nil {
		b.Preview = &Preview{}
		err = json.Unmarshal(plain, b.Preview)
	}
	if err != nil {
		return fmt.Errorf("batch %v: preview: %w", b.ID, err)
	}
	return nil
}

// Batch gives a batch, or ErrNoBatch.
func (s *Service) Batch(tx *database.Tx, id ID) (b Batch, err error) {
	if b, err = s.scan(tx.QueryRow(`SELECT `+batchColumns+` FROM feed_batch WHERE id = ?`, int64(id)).Scan); err != nil {
		return b, err
	}
	if err = tx.QueryRow(`SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM feed_chunk WHERE batch = ? AND number > ?`, int64(id), b.Until).Scan(&b.Waiting); err != nil {
		return b, err
	}
	return b, s.open(&b)
}

// Batches gives batches below a number, the newest first; before 0 is from the newest.
// Their previews are not read.
func (s *Service) Batches(tx *database.Tx, before ID, limit int) (all []Batch, err error) {
	if before == 0 {
		before = 1 << 62
	}
	rows, err := tx.Query(`SELECT `+batchColumns+` FROM feed_batch WHERE id < ? ORDER BY id DESC LIMIT ?`, int64(before), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		b, err := s.scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, rows.Err()
}
