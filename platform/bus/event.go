package bus

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// An Event is what one node tells all: "there is a new roll". Of each subject the
// last one is kept, for the nodes that were not there.
type Event struct {
	Subject string
	Body    Body
	Time    time.Time // when the bus took it, UTC
	Number  uint64    // grows with each event of the bus
}

// Tell tells all nodes, this one too. When it returns nil, the event is kept as
// [Bus.Send] keeps a message, and every node that listens learns it, or a later
// one of the same subject.
func (b *Bus) Tell(ctx context.Context, subject string, body []byte) error {
	return b.tell(ctx, subject, rand.Text(), body)
}

func (b *Bus) tell(ctx context.Context, subject, key string, body []byte) error {
	msg, err := eventMessage(subject, key, body)
	if err != nil {
		return err
	}
	return b.publish(ctx, msg, messageID(subject, key))
}

func eventMessage(subject, key string, body []byte) (*nats.Msg, error) {
	err := checkQueue(subject)
	if err == nil {
		err = checkKey(key)
	}
	if err == nil && len(body) > MostBody {
		err = fmt.Errorf("bus: an event of %d bytes on %s: at most %d", len(body), subject, MostBody)
	}
	return &nats.Msg{Subject: eventSubject + subject, Data: body, Header: nats.Header{headerKey: {key}}}, err
}

// Listen calls hear with the last event of the subject, if there is one, and then
// with each new one, in order, one at a time, until Close. A listener that is slow,
// or was away, may miss an event that a later one of its subject has replaced, and
// never the last. A subject that ends in .> stands for all that begin so; > for all.
// It returns at once; an error is a mistake in the program.
func (b *Bus) Listen(subject string, hear func(context.Context, Event)) error {
	stem := strings.TrimSuffix(subject, ".>")
	if subject != ">" {
		if err := checkQueue(stem); err != nil {
			return err
		}
	}
	if !b.spawn(func() { b.listen(subject, hear) }) {
		return ErrClosed
	}
	return nil
}

func (b *Bus) listen(subject string, hear func(context.Context, Event)) {
	if b.Ready(b.ctx) != nil {
		return
	}
	heard := uint64(0) // the last one that hear was called with
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := b.follow(subject, &heard, hear)
		if b.ctx.Err() != nil {
			return
		}
		b.log.Debug("bus: events cannot be read", "subject", subject, "error", err, "again_in", wait)
		if !b.pause(wait) {
			return
		}
	}
}

// follow reads events until that fails or the bus closes.
func (b *Bus) follow(subject string, heard *uint64, hear func(context.Context, Event)) error {
	consumer, err := b.js.OrderedConsumer(b.ctx, eventStream, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{eventSubject + subject},
		DeliverPolicy:  jetstream.DeliverLastPerSubjectPolicy,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullHeartbeat(deathNotice))
	if err != nil {
		return err
	}
	defer messages.Stop()
	defer context.AfterFunc(b.ctx, messages.Stop)()
	for {
		msg, err := messages.Next()
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if meta.Sequence.Stream <= *heard {
			continue
		}
		*heard = meta.Sequence.Stream
		hear(b.work, Event{Subject: strings.TrimPrefix(msg.Subject(), eventSubject), Body: msg.Data(), Time: meta.Timestamp.UTC(), Number: *heard})
	}
}
