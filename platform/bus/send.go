package bus

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A SendOption changes how one message is sent.
type SendOption func(*sending)

type sending struct{ notBefore time.Time }

// NotBefore has the message delivered at that time, to the second, and not before.
// Until then it is in no handler's way.
func NotBefore(t time.Time) SendOption { return func(s *sending) { s.notBefore = t } }

// Send puts a message into a queue, whether or not anybody works it yet. When it
// returns nil, the message is on the disk, on most nodes of a cluster, and will be
// delivered at least once. A message with the key of one that was sent to the same
// queue within Options.Duplicates is dropped, so that whoever does not know
// whether a message was sent sends it again.
func (b *Bus) Send(ctx context.Context, queue, key string, body []byte, options ...SendOption) error {
	msg, err := b.letter(queue, key, body, options...)
	if err != nil {
		return err
	}
	return b.publish(ctx, msg, messageID(queue, key))
}

// letter makes the message that Send sends.
func (b *Bus) letter(queue, key string, body []byte, options ...SendOption) (*nats.Msg, error) {
	var s sending
	for _, option := range options {
		option(&s)
	}
	err := checkQueue(queue)
	if err == nil {
		err = checkKey(key)
	}
	if err == nil && len(body) > MostBody {
		err = fmt.Errorf("bus: a body of %d bytes for queue %s: at most %d; put a file into an object store and send its name", len(body), queue, MostBody)
	}
	if err != nil {
		return nil, err
	}
	msg := &nats.Msg{Subject: workSubject + queue, Data: body, Header: envelope{key: key, first: b.now()}.header()}
	if s.notBefore.After(b.now()) {
		putOff(msg, queue, key, s.notBefore)
	}
	return msg, nil
}

// putOff makes a message for a queue one that JetStream itself delivers to it later.
// It lies under a subject of its own, which says nothing of the key.
func putOff(msg *nats.Msg, queue, key string, until time.Time) {
	sum := sha256.Sum256([]byte(key))
	until = until.Add(time.Second - time.Nanosecond).Truncate(time.Second) // not before
	msg.Subject = laterSubject + queue + "." + hex.EncodeToString(sum[:16])
	msg.Header.Set("Nats-Schedule", "@at "+until.UTC().Format(time.RFC3339))
	msg.Header.Set("Nats-Schedule-Target", workSubject+queue)
}

// publish sends a message and waits until it is kept.
func (b *Bus) publish(ctx context.Context, msg *nats.Msg, id string) error {
	if err := b.Ready(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	// While the nodes choose another leader nobody answers.
	_, err := b.js.PublishMsg(ctx, msg, jetstream.WithMsgID(id), jetstream.WithRetryAttempts(50), jetstream.WithRetryWait(100*time.Millisecond))
	switch {
	case err == nil:
		return nil
	case b.ctx.Err() != nil, errors.Is(err, nats.ErrConnectionClosed):
		return ErrClosed
	}
	return fmt.Errorf("bus: %s was not acknowledged and may or may not have been kept: send it again with the same key: %w", msg.Subject, err)
}
