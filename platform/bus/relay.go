package bus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"intikhab/platform/database"
)

// How the relay goes about its work.
const (
	relayBatch = 256                    // messages sent and marked together
	relayPoll  = time.Second            // for what another process has put
	relayRest  = 5 * time.Millisecond   // between batches, so that the marks do not crowd out the acts
	relayFirst = 500 * time.Microsecond // after a stir, then doubled
	tidyEvery  = time.Hour
)

// Outbox opens the outbox of a database and relays what is in it until Close. Nodes
// that share the database may all do so: a message that two of them send is taken
// once.
func (b *Bus) Outbox(db *database.DB) (*Outbox, error) {
	o, err := NewOutbox(b.ctx, db)
	if err != nil {
		return nil, err
	}
	o.now = b.now
	b.mu.Lock()
	b.outboxes = append(b.outboxes, o)
	b.mu.Unlock()
	if !b.spawn(func() { b.relay(o) }) {
		return nil, ErrClosed
	}
	return o, nil
}

func (b *Bus) relay(o *Outbox) {
	if b.Ready(b.ctx) != nil {
		return
	}
	var tidied time.Time
	wait := relayFirst
	for failures := 0; b.ctx.Err() == nil; {
		n, err := b.relayOnce(o)
		switch {
		case err != nil && b.ctx.Err() == nil:
			if failures++; failures == 1 || failures%60 == 0 {
				b.log.Warn("bus: the outbox cannot be sent, and is tried again", "error", err, "failures", failures)
			}
			b.pause(min(time.Duration(failures)*50*time.Millisecond, 2*time.Second))
			continue
		case n > 0:
			wait = relayFirst
			b.pause(relayRest)
			if n == relayBatch {
				continue
			}
		}
		if failures > 0 && err == nil {
			b.log.Info("bus: the outbox is sent again")
			failures = 0
		}
		if b.now().Sub(tidied) > tidyEvery {
			if err := o.tidy(b.ctx); err != nil && b.ctx.Err() == nil {
				b.log.Warn("bus: the outbox could not be tidied", "error", err)
			}
			tidied = b.now()
		}
		if wait = min(2*wait, relayPoll); b.stirred(o, wait) {
			wait = relayFirst
		}
	}
}

// stirred waits for a time, or until the outbox is stirred, which it tells.
func (b *Bus) stirred(o *Outbox, wait time.Duration) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-b.ctx.Done():
	case <-t.C:
	case <-o.stirs:
		return true
	}
	return false
}

// A waiting message is one line of the outbox.
type waiting struct {
	id, subject, key string
	body             []byte
	put, notBefore   database.Time
}

// relayOnce sends the oldest messages that wait, in order, and marks those that were
// acknowledged. Killed before the mark, it sends them again, and JetStream knows
// them by their ids for Options.Duplicates; what comes later than that, Once knows.
func (b *Bus) relayOnce(o *Outbox) (int, error) {
	batch, err := o.oldest(b.ctx)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	sent, failed := b.sendBatch(batch)
	if len(sent) > 0 {
		if err := o.mark(b.work, sent); err != nil { // even when closing: it was sent
			return 0, err
		}
	}
	return len(sent), failed
}

func (o *Outbox) oldest(ctx context.Context) (batch []waiting, err error) {
	err = o.db.View(ctx, func(tx *database.Tx) error {
		batch = batch[:0]
		rows, err := tx.Query(`SELECT id, subject, message, body, put, not_before FROM bus_outbox WHERE sent IS NULL ORDER BY id LIMIT ?`, relayBatch)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var w waiting
			if err := rows.Scan(&w.id, &w.subject, &w.key, &w.body, &w.put, &w.notBefore); err != nil {
				return err
			}
			batch = append(batch, w)
		}
		return rows.Err()
	})
	return batch, err
}

// sendBatch sends without waiting for each acknowledgement, in order, and then waits
// for all. It gives the ids of those that were acknowledged. When one is not, those
// behind it may overtake it.
func (b *Bus) sendBatch(batch []waiting) (sent []string, failed error) {
	fail := func(w waiting, err error) {
		if failed == nil {
			failed = fmt.Errorf("outbox line %s for %s: %w", w.id, w.subject, err)
		}
	}
	acks := make([]jetstream.PubAckFuture, len(batch))
	for i, w := range batch {
		msg, id, err := w.message()
		if err != nil { // somebody else's line; it holds up no other
			fail(w, err)
			continue
		}
		if acks[i], err = b.js.PublishMsgAsync(msg, jetstream.WithMsgID(id)); err != nil {
			fail(w, err)
			break
		}
	}
	ctx, cancel := context.WithTimeout(b.work, 2*apiTimeout)
	defer cancel()
	for i, ack := range acks {
		if ack == nil {
			continue
		}
		select {
		case <-ack.Ok():
			sent = append(sent, batch[i].id)
		case err := <-ack.Err():
			fail(batch[i], err)
		case <-ctx.Done(): // what was not acknowledged is sent again
			fail(batch[i], ctx.Err())
		}
	}
	return sent, failed
}

// message makes what is sent of a line, with the id by which JetStream knows it.
func (w waiting) message() (*nats.Msg, string, error) {
	if subject, ok := strings.CutPrefix(w.subject, "event."); ok {
		msg, err := eventMessage(subject, w.key, w.body)
		return msg, messageID(subject, w.key), err
	}
	queue, ok := strings.CutPrefix(w.subject, "work.")
	if err := checkQueue(queue); !ok || err != nil {
		return nil, "", fmt.Errorf("bus: the outbox has a message for %.100q, which is no queue", w.subject)
	}
	msg := &nats.Msg{Subject: workSubject + queue, Data: w.body, Header: envelope{key: w.key, first: w.put.Time}.header()}
	if !w.notBefore.IsZero() {
		putOff(msg, queue, w.key, w.notBefore.Time)
	}
	return msg, messageID(queue, w.key), nil
}

// mark notes that messages were sent. Their bodies are no longer needed here.
func (o *Outbox) mark(ctx context.Context, ids []string) error {
	args := make([]any, 0, len(ids)+2)
	args = append(args, database.Time{Time: o.now()}, []byte{})
	for _, id := range ids {
		args = append(args, id)
	}
	return o.db.Update(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE bus_outbox SET sent = ?, body = ? WHERE sent IS NULL AND id IN (`+
			strings.Repeat("?, ", len(ids)-1)+`?)`, args...)
		return err
	})
}

// tidy deletes what was sent and done long ago.
func (o *Outbox) tidy(ctx context.Context) error {
	return o.db.Update(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM bus_outbox WHERE sent < ?`, database.Time{Time: o.now().Add(-KeepSent)})
		if err == nil {
			_, err = tx.Exec(`DELETE FROM bus_done WHERE done < ?`, database.Time{Time: o.now().Add(-KeepDone)})
		}
		return err
	})
}
