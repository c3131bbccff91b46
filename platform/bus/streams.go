package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
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
	for _, config := range b.streams() {
		config.Storage = jetstream.FileStorage
		config.Replicas = b.opts.Replicas
		config.AllowDirect = true
		if err := b.makeStream(config); err != nil {
			return fmt.Errorf("stream %s: %w", config.Name, err)
		}
	}
	_, err := b.Bucket(b.ctx, scheduleBucket, 0)
	return err
}

func (b *Bus) makeStream(want jetstream.StreamConfig) error {
	return b.find(b.ctx, jetstream.ErrStreamNotFound, func(ctx context.Context) error {
		stream, err := b.js.Stream(ctx, want.Name)
		if err != nil {
			return err
		}
		have := stream.CachedInfo().Config
		if slices.Equal(have.Subjects, want.Subjects) && have.Retention == want.Retention && have.Replicas == want.Replicas &&
			have.Duplicates == want.Duplicates && have.AllowMsgSchedules == want.AllowMsgSchedules {
			return nil
		}
		_, err = b.js.UpdateStream(ctx, want)
		return err
	}, func(ctx context.Context) error {
		_, err := b.js.CreateStream(ctx, want)
		return err
	})
}

// find looks for something that all nodes may make at the same time, and makes it if
// it is missing. Of several nodes that make the same thing only one may be answered,
// so nobody waits long for an answer, and each looks again, not all at once.
func (b *Bus) find(ctx context.Context, missing error, look, create func(context.Context) error) error {
	try := func(f func(context.Context) error, patience time.Duration) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return f(ctx)
	}
	var err error
	for patience := 500 * time.Millisecond; patience < apiTimeout; patience += patience / 2 {
		if err = try(look, patience); !errors.Is(err, missing) && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if errors.Is(err, missing) {
			try(create, patience+rand.N(patience)) // whether it came about is looked at next
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}

// Bucket gives the bucket of keys and values with the given name, which it makes if
// there is none, with as many replicas as the queues have. Values older than ttl are
// gone; zero keeps them.
func (b *Bus) Bucket(ctx context.Context, name string, ttl time.Duration) (bucket jetstream.KeyValue, err error) {
	err = b.find(ctx, jetstream.ErrBucketNotFound, func(ctx context.Context) (err error) {
		bucket, err = b.js.KeyValue(ctx, name)
		return err
	}, func(ctx context.Context) error {
		_, err := b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: name, TTL: ttl, Storage: jetstream.FileStorage, Replicas: b.opts.Replicas})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bus: bucket %s: %w", name, err)
	}
	return bucket, nil
}

// Store gives the object store with the given name, which it makes if there is none:
// for what is too large for a message.
func (b *Bus) Store(ctx context.Context, name string) (store jetstream.ObjectStore, err error) {
	err = b.find(ctx, jetstream.ErrBucketNotFound, func(ctx context.Context) (err error) {
		store, err = b.js.ObjectStore(ctx, name)
		return err
	}, func(ctx context.Context) error {
		_, err := b.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: name, Storage: jetstream.FileStorage, Replicas: b.opts.Replicas})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bus: object store %s: %w", name, err)
	}
	return store, nil
}

// consumerName is the name of the durable consumer of a queue.
func consumerName(queue string) string { return strings.ReplaceAll(queue, ".", "_") }
