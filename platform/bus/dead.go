package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A DeadLetter is a message that could not be delivered: its attempts are used up,
// or its handler has said that there is no use. It waits for an officer, who has
// it sent again or drops it; until then it is kept, for ever.
type DeadLetter struct {
	ID       string // for Resend and Drop
	Queue    string
	Key      string
	Reason   string // of the last attempt, one line
	Attempts int
	First    time.Time // when it was first sent, UTC
	Died     time.Time // when it was given up, or, of a dropped one, dropped
	Resent   int       // how often it has been sent again
	Size     int       // bytes of the body
	Dropped  bool      // it is only the line that is kept of a dropped letter
	body     []byte
}

// RevealBody opens the body, in which there may be personal data: who looks, for
// which reason, is for the caller to record. It is empty in a dropped letter.
func (d DeadLetter) RevealBody() []byte { return d.body }

// bury makes a message a dead letter. Killed between the two steps, it does so once
// more, and the second letter is dropped by its id.
func (w *workplace) bury(msg jetstream.Msg, meta *jetstream.MsgMetadata, e envelope, attempts int, why error) {
	b := w.bus
	if checkKey(e.key) != nil {
		e = envelope{key: "unreadable"} // nobody's message: the officer sees it, and drops it
	}
	if e.first.IsZero() {
		e.first = meta.Timestamp
	}
	e.reason, e.attempts, e.died = oneLine(why.Error()), attempts, b.now()
	if e.reason == "" {
		e.reason = "no reason given"
	}
	b.log.Warn("bus: dead letter", "queue", w.queue, "key", e.key, "attempts", attempts, "reason", e.reason)
	letter := &nats.Msg{Subject: deadSubject + w.queue, Header: e.header(), Data: msg.Data()}
	err := b.publish(b.work, letter, fmt.Sprintf("dead/%s/%d", w.queue, meta.Sequence.Stream))
	if err == nil {
		err = w.settled(msg)
	} else {
		err = errors.Join(err, msg.NakWithDelay(w.opts.delay(1)))
	}
	if err != nil {
		b.log.Warn("bus: the dead letter could not be laid aside", "queue", w.queue, "key", e.key, "error", err)
	}
}

// A DeadFilter chooses among the dead letters.
type DeadFilter struct {
	Queue   string // of this queue alone; empty: of all
	After   string // ID of the last one seen, for the next page
	Limit   int    // at most so many; 100 if zero
	Dropped bool   // the dropped ones instead of those that wait
}

// ErrNoLetter is returned for an ID that no dead letter has: another officer was
// quicker, or there never was one.
var ErrNoLetter = errors.New("bus: there is no such dead letter: it was sent again or dropped meanwhile")

// DeadLetters lists dead letters, the oldest first.
func (b *Bus) DeadLetters(ctx context.Context, f DeadFilter) ([]DeadLetter, error) {
	subject := deadSubject
	if f.Dropped {
		subject = droppedSubject
	}
	if f.Queue == "" {
		subject += ">"
	} else if err := checkQueue(f.Queue); err != nil {
		return nil, err
	} else {
		subject += f.Queue
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	next := uint64(1)
	if f.After != "" {
		after, err := letterID(f.After)
		if err != nil {
			return nil, err
		}
		next = after + 1
	}
	stream, err := b.stream(ctx, deadStream)
	if err != nil {
		return nil, err
	}
	var letters []DeadLetter
	for len(letters) < f.Limit {
		raw, err := stream.GetMsg(ctx, next, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("bus: dead letters: %w", err)
		}
		letters = append(letters, readLetter(raw))
		next = raw.Sequence + 1
	}
	return letters, nil
}

// DeadLetter gives one of them.
func (b *Bus) DeadLetter(ctx context.Context, id string) (DeadLetter, error) {
	_, letter, err := b.letterFor(ctx, id)
	return letter, err
}

// Resend puts a dead letter back into its queue, with its key and all attempts
// before it. Two officers who do so at once send it once. When it returns nil the
// message is kept as [Bus.Send] keeps one, and the letter is gone.
func (b *Bus) Resend(ctx context.Context, id string) error {
	stream, letter, err := b.letterFor(ctx, id)
	if err != nil {
		return err
	}
	if letter.Dropped {
		return fmt.Errorf("bus: dead letter %s was dropped, and its body with it", id)
	}
	e := envelope{key: letter.Key, first: letter.First, resent: letter.Resent + 1}
	msg := &nats.Msg{Subject: workSubject + letter.Queue, Header: e.header(), Data: letter.body}
	if err := b.publish(ctx, msg, fmt.Sprintf("resend/%s/%s", letter.Queue, id)); err != nil {
		return err
	}
	return b.deleteLetter(ctx, stream, id)
}

// Drop deletes a dead letter for good, its bytes overwritten. What is kept is a
// line with the queue, the key, the reason given here, and when.
func (b *Bus) Drop(ctx context.Context, id, reason string) error {
	if reason = oneLine(reason); reason == "" {
		return errors.New("bus: a dead letter is dropped for a reason: give one")
	}
	stream, letter, err := b.letterFor(ctx, id)
	if err != nil {
		return err
	}
	if letter.Dropped {
		return ErrNoLetter
	}
	e := envelope{key: letter.Key, first: letter.First, resent: letter.Resent, attempts: letter.Attempts, reason: reason, died: b.now()}
	line := &nats.Msg{Subject: droppedSubject + letter.Queue, Header: e.header()}
	if err := b.publish(ctx, line, fmt.Sprintf("drop/%s/%s", letter.Queue, id)); err != nil {
		return err
	}
	b.log.Info("bus: dead letter dropped", "queue", letter.Queue, "key", letter.Key, "reason", reason)
	return b.deleteLetter(ctx, stream, id)
}

func (b *Bus) deleteLetter(ctx context.Context, stream jetstream.Stream, id string) error {
	n, err := letterID(id)
	if err == nil {
		err = stream.SecureDeleteMsg(ctx, n)
	}
	if errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) || errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil // somebody who did the same was quicker
	}
	if err != nil {
		return fmt.Errorf("bus: dead letter %s was dealt with and still stands in the list: do it again: %w", id, err)
	}
	return nil
}

func (b *Bus) letterFor(ctx context.Context, id string) (jetstream.Stream, DeadLetter, error) {
	n, err := letterID(id)
	if err != nil {
		return nil, DeadLetter{}, err
	}
	stream, err := b.stream(ctx, deadStream)
	if err != nil {
		return nil, DeadLetter{}, err
	}
	raw, err := stream.GetMsg(ctx, n)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, DeadLetter{}, ErrNoLetter
	}
	if err != nil {
		return nil, DeadLetter{}, fmt.Errorf("bus: dead letter %s: %w", id, err)
	}
	return stream, readLetter(raw), nil
}

func letterID(id string) (uint64, error) {
	n, err := strconv.ParseUint(id, 10, 63)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("bus: %.40q is no ID of a dead letter: %w", id, ErrNoLetter)
	}
	return n, nil
}

// readLetter reads what the stream holds. It is never refused: an officer has to
// see it in order to drop it.
func readLetter(raw *jetstream.RawStreamMsg) DeadLetter {
	e, err := readEnvelope(raw.Header)
	if err != nil {
		e.reason = oneLine("unreadable: " + err.Error())
		e.key = "unreadable"
	}
	if e.died.IsZero() {
		e.died = raw.Time
	}
	queue, dropped := strings.CutPrefix(raw.Subject, droppedSubject)
	if !dropped {
		queue = strings.TrimPrefix(raw.Subject, deadSubject)
	}
	return DeadLetter{ID: strconv.FormatUint(raw.Sequence, 10), Queue: queue, Key: e.key, Reason: e.reason,
		Attempts: e.attempts, First: e.first, Died: e.died.UTC(), Resent: e.resent, Size: len(raw.Data), Dropped: dropped, body: raw.Data}
}

// stream gives a stream once the bus is ready.
func (b *Bus) stream(ctx context.Context, name string) (jetstream.Stream, error) {
	if err := b.Ready(ctx); err != nil {
		return nil, err
	}
	stream, err := b.js.Stream(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("bus: stream %s: %w", name, err)
	}
	return stream, nil
}
