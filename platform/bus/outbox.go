package bus

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"intikhab/platform/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// An Outbox is the table in which an act leaves its messages, in its own
// transaction. Any number of processes may put messages into the table of one
// database; each that has the bus open relays them.
type Outbox struct {
	db    *database.DB
	now   func() time.Time
	stirs chan struct{} // something may be waiting

	mu   sync.Mutex
	last int64 // of the ids that this process has given
	node string
}

// KeepSent is for how long a message that was sent keeps its line in the outbox, so
// that a message with the same key is not sent twice. KeepDone is the same for what
// [Once] remembers; it is longer than any message waits.
const (
	KeepSent = 30 * 24 * time.Hour
	KeepDone = 400 * 24 * time.Hour
)

// NewOutbox makes the tables if need be. Messages are kept in it and not sent, until
// a process that has the bus open relays them with [Bus.Outbox]: this is for a
// command that runs beside the service.
func NewOutbox(ctx context.Context, db *database.DB) (*Outbox, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err == nil {
		err = db.Migrate(ctx, "bus", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	return &Outbox{db: db, now: time.Now, stirs: make(chan struct{}, 1), node: rand.Text()[:10]}, nil
}

// Put leaves a message for a queue in the transaction of an act: it is sent if the
// transaction is committed, soon afterwards and at least once, and otherwise never
// was. Of messages with the same queue and key the first counts, for KeepSent.
// Messages of one process are sent in the order in which they were put; those of
// several by their clocks.
func (o *Outbox) Put(tx *database.Tx, queue, key string, body []byte, options ...SendOption) error {
	if err := checkQueue(queue); err != nil {
		return err
	}
	var s sending
	for _, option := range options {
		option(&s)
	}
	return o.put(tx, "work."+queue, key, body, s.notBefore)
}

// Tell leaves an event for all nodes in the transaction of an act. An event with the
// same subject and key is told once.
func (o *Outbox) Tell(tx *database.Tx, subject, key string, body []byte) error {
	if err := checkQueue(subject); err != nil {
		return err
	}
	return o.put(tx, "event."+subject, key, body, time.Time{})
}

func (o *Outbox) put(tx *database.Tx, subject, key string, body []byte, notBefore time.Time) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if len(body) > MostBody {
		return fmt.Errorf("bus: a body of %d bytes for %s: at most %d", len(body), subject, MostBody)
	}
	if body == nil {
		body = []byte{}
	}
	_, err := tx.Exec(`INSERT INTO bus_outbox (id, subject, message, body, put, not_before) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (subject, message) DO NOTHING`,
		o.id(), subject, key, body, database.Time{Time: o.now()}, database.Time{Time: notBefore})
	if err != nil {
		return fmt.Errorf("bus: outbox: %w", err)
	}
	o.Stir()
	return nil
}

// id is the next id: nanoseconds, each of this process greater than the one before,
// and the process, so that no two are the same.
func (o *Outbox) id() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = max(o.last+1, o.now().UnixNano())
	return fmt.Sprintf("%020d-%s", o.last, o.node)
}

// Stir has the relay look at once. Put does so too, but runs before the commit: the
// relay then looks several times, the waits between growing, so that there is no
// need to call Stir.
func (o *Outbox) Stir() {
	select {
	case o.stirs <- struct{}{}:
	default:
	}
}

// A Backlog is what waits in an outbox.
type Backlog struct {
	Waiting int
	Oldest  time.Time // when the oldest was put; zero if none waits
}

// Backlog tells what waits. A relay that works has no message older than some
// seconds.
func (o *Outbox) Backlog(ctx context.Context) (l Backlog, err error) {
	var oldest database.Time
	err = o.db.View(ctx, func(tx *database.Tx) error {
		return tx.QueryRow(`SELECT COUNT(*), MIN(put) FROM bus_outbox WHERE sent IS NULL`).Scan(&l.Waiting, &oldest)
	})
	if err != nil {
		return l, fmt.Errorf("bus: outbox: %w", err)
	}
	l.Oldest = oldest.Time
	return l, nil
}

// Once notes, in the transaction in which a handler does its work, that it did what
// the key stands for. If that was noted before, already is true, and the handler
// leaves the work undone and returns nil. With it a message that is delivered twice
// has its effect in that database once. It needs the tables of [NewOutbox].
func Once(tx *database.Tx, queue, key string) (already bool, err error) {
	if err := checkKey(key); err != nil {
		return false, err
	}
	result, err := tx.Exec(`INSERT INTO bus_done (queue, message, done) VALUES (?, ?, ?) ON CONFLICT (queue, message) DO NOTHING`,
		queue, key, database.Time{Time: time.Now()})
	if err != nil {
		return false, fmt.Errorf("bus: once: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 0, err
}
