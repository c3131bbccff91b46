package bus

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The streams, and the subjects in them. A queue, an event and a schedule are each
// the rest of a subject.
const (
	workStream     = "intikhab-work"
	deadStream     = "intikhab-dead"
	eventStream    = "intikhab-events"
	scheduleBucket = "intikhab-schedules"

	workSubject    = "intikhab.work."
	laterSubject   = "intikhab.later."
	deadSubject    = "intikhab.dead."
	droppedSubject = "intikhab.dropped."
	eventSubject   = "intikhab.event."
)

func (b *Bus) streams() []jetstream.StreamConfig {
	return []jetstream.StreamConfig{
		{
			Name:              workStream,
			Description:       "work that waits; a message goes when it is done, buried or put off",
			Subjects:          []string{workSubject + ">", laterSubject + ">"},
			Retention:         jetstream.WorkQueuePolicy,
			Duplicates:        b.opts.Duplicates,
			AllowMsgSchedules: true,
		},
		{
			Name:        deadStream,
			Description: "letters that could not be delivered, and a line for each that was dropped",
			Subjects:    []string{deadSubject + ">", droppedSubject + ">"},
			Retention:   jetstream.LimitsPolicy,
			Duplicates:  b.opts.Duplicates,
		},
		{
			Name:              eventStream,
			Description:       "the last event of each subject",
			Subjects:          []string{eventSubject + ">"},
			Retention:         jetstream.LimitsPolicy,
			MaxMsgsPerSubject: 1,
			Duplicates:        b.opts.Duplicates,
		},
	}
}

// prepare makes the streams, or finds them, and tries until it has them.
func (b *Bus) prepare() {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := b.makeStreams()
		if err == nil {
			close(b.ready)
			b.log.Debug("bus: ready", "node", b.opts.Node)
			return
		}
		if b.ctx.Err() != nil {
			return
		}
		b.mu.Lock()
		first := b.failure == nil
		b.failure = err
		b.mu.Unlock()
		if first {
			b.log.Info("bus: waiting for the streams", "error", err)
		}
		if !b.pause(wait) {
			return
		}
	}
}

func (b *Bus) makeStreams() error {
	ctx, cancel := context.WithTimeout(b.ctx, 2*apiTimeout)
	defer cancel()
	for _, config := range b.streams() {
		config.Storage = jetstream.FileStorage
		config.Replicas = b.opts.Replicas
		config.AllowDirect = true
		if _, err := b.js.CreateOrUpdateStream(ctx, config); err != nil {
			return fmt.Errorf("stream %s: %w", config.Name, err)
		}
	}
	_, err := b.js.CreateOrUpdateKeyValue(ctx, b.Bucket(scheduleBucket))
	if err != nil {
		return fmt.Errorf("bucket %s: %w", scheduleBucket, err)
	}
	return nil
}

// Bucket is how a bucket of keys and values with the given name is made, with as
// many replicas as the queues have.
func (b *Bus) Bucket(name string) jetstream.KeyValueConfig {
	return jetstream.KeyValueConfig{Bucket: name, Storage: jetstream.FileStorage, Replicas: b.opts.Replicas, History: 1}
}

// JetStream is what the bus itself stands on, for packages of the bus that keep
// more in it, such as package release.
func (b *Bus) JetStream() jetstream.JetStream { return b.js }

// consumerName is the name of the durable consumer of a queue.
func consumerName(queue string) string { return strings.ReplaceAll(queue, ".", "_") }
