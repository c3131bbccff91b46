package office

import (
	"context"
	"strconv"
	"sync"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/audit"
)

// Refusals are for the auditor to read, and nobody may fill the disk with them. In
// any hour at most refusalsEach are written of one officer (or of all that nobody
// signed in for) and refusalsAll in all; that is at most about a million rows a
// year. The others are counted in memory, and the next refusal of the same officer
// that is written tells how many were left out before it. The hole that remains: a
// count that no later refusal tells is lost with the process, and so is the count of
// an officer who is not among the refusalsAll seen in the hour.
const (
	refusalsEach = 10
	refusalsAll  = 120
)

type refusals struct {
	mu      sync.Mutex
	hour    time.Time
	all     int
	written map[string]int // of this hour, by officer
	left    map[string]int // not written, by officer, until they are told
}

// take tells whether one more refusal is to be written at an instant, and how many
// of the same officer were left out since the last.
func (r *refusals) take(at time.Time, officer string) (write bool, left int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if hour := at.UTC().Truncate(time.Hour); !hour.Equal(r.hour) {
		r.hour, r.all, r.written = hour, 0, map[string]int{}
	}
	if r.left == nil {
		r.left = map[string]int{}
	}
	if r.all >= refusalsAll || r.written[officer] >= refusalsEach {
		if _, known := r.left[officer]; known || len(r.left) < refusalsAll {
			r.left[officer]++
		}
		return false, 0
	}
	r.all++
	r.written[officer]++
	left = r.left[officer]
	delete(r.left, officer)
	return true, left
}

// Refused writes the row of a refusal, in a transaction of its own, if their number
// allows. A gate calls it where it turns a request away.
func (b *Book) Refused(ctx context.Context, db *database.DB, by Acting, refusal *Refusal) error {
	write, left := b.refusals.take(b.now(), by.who())
	if !write {
		return nil
	}
	e := audit.Entry{Officer: by.who(), Office: string(by.Office), Act: string(refusal.Act), On: refusal.On, Reason: string(refusal.Reason),
		Request: by.Request, Refused: true}
	if left > 0 {
		e.After = map[string]string{"refusals_not_written": strconv.Itoa(left)}
	}
	return db.Update(ctx, func(tx *database.Tx) error { return audit.Write(tx, b.now(), e) })
}
