package bus

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// WorkOptions say how a queue is worked. They hold for the queue on all nodes: the
// node that began last has the say.
type WorkOptions struct {
	// Workers is how many messages this node works on at the same time; 4 if zero.
	Workers int
	// Attempts is how often a message is tried before it is a dead letter; 10 if zero.
	// A node that is killed has used up one attempt of what it was working on.
	Attempts int
	// Backoff is how long to wait after the first, second, … failed attempt; after
	// the last of them, that one again. Nil: 1 s, 5 s, 30 s, 2 min, 10 min, 30 min, 1 h.
	Backoff []time.Duration
	// Timeout ends the context of a handler; five minutes if zero.
	Timeout time.Duration
	// Lease is how long after a node has died the others take over what it was
	// working on; 15 seconds if zero. A handler that runs longer keeps its message.
	Lease time.Duration
	// Ordered hands out one message at a time, on all nodes together, each when the
	// one before is done or dead. One that is tried again holds up the rest.
	Ordered bool
}

func (o *WorkOptions) complete() {
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Ordered {
		o.Workers = 1
	}
	if o.Attempts == 0 {
		o.Attempts = 10
	}
	if o.Backoff == nil {
		o.Backoff = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Minute
	}
	if o.Lease == 0 {
		o.Lease = 15 * time.Second
	}
}

func (o *WorkOptions) delay(attempt int) time.Duration {
	if len(o.Backoff) == 0 {
		return 0
	}
	return o.Backoff[min(max(attempt, 1), len(o.Backoff))-1]
}

// A Handler does the work of one message. Nil: it is done, and goes. An error: it
// is tried again, unless [Final] says that this is no use, or [Later] says when.
// What an error says stands in logs and in the list of dead letters, so no personal
// data belong in it. The context ends with WorkOptions.Timeout, or when the bus
// closes and the handler has taken longer than Options.Drain.
type Handler = func(context.Context, Message) error

// Final marks an error that no further attempt will mend: the message is a dead
// letter at once.
func Final(err error) error { return &final{err} }

type final struct{ error }

func (f *final) Unwrap() error { return f.error }

// Later, returned by a handler, is no failure: the message is delivered again at
// that time, to the second, with its attempts counted from the start.
func Later(t time.Time) error { return &later{t} }

type later struct{ until time.Time }

func (l *later) Error() string { return "not before " + l.until.UTC().Format(time.RFC3339) }

// Work has this node work a queue until Close. A queue is worked by one handler on
// each node; several nodes share it. It returns at once; an error is a mistake in
// the program.
func (b *Bus) Work(queue string, o WorkOptions, handle Handler) error {
	if err := checkQueue(queue); err != nil {
		return err
	}
	o.complete()
	b.mu.Lock()
	twice := b.queues[queue]
	b.queues[queue] = true
	b.mu.Unlock()
	if twice {
		return fmt.Errorf("bus: queue %s is worked already in this process", queue)
	}
	w := &workplace{bus: b, queue: queue, opts: o, handle: handle}
	if !b.spawn(w.run) {
		return ErrClosed
	}
	return nil
}

// A workplace is where this node works one queue.
type workplace struct {
	bus    *Bus
	queue  string
	opts   WorkOptions
	handle Handler
}

// consumer finds or makes the durable consumer that all nodes share.
func (w *workplace) consumer() (consumer jetstream.Consumer, err error) {
	b := w.bus
	want := jetstream.ConsumerConfig{
		Durable:       consumerName(w.queue),
		FilterSubject: workSubject + w.queue,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       w.opts.Lease,
		// The attempts are counted here: JetStream would stop at the most and leave
		// the message lying where nobody sees it.
		MaxDeliver:    -1,
		MaxAckPending: -1,
	}
	if w.opts.Ordered {
		want.MaxAckPending = 1
	}
	err = b.find(b.ctx, jetstream.ErrConsumerNotFound, func(ctx context.Context) (err error) {
		if consumer, err = b.js.Consumer(ctx, workStream, want.Durable); err != nil {
			return err
		}
		have := consumer.CachedInfo().Config
		if have.AckWait != want.AckWait || have.MaxAckPending != want.MaxAckPending {
			consumer, err = b.js.UpdateConsumer(ctx, workStream, want)
		}
		return err
	}, func(ctx context.Context) error {
		_, err := b.js.CreateConsumer(ctx, workStream, want)
		return err
	})
	return consumer, err
}

// run finds the queue's consumer, works, and does so again when the consumer is lost.
func (w *workplace) run() {
	b := w.bus
	if b.Ready(b.ctx) != nil {
		return
	}
	for wait := 50 * time.Millisecond; b.ctx.Err() == nil; wait = min(2*wait, 2*time.Second) {
		consumer, err := w.consumer()
		if err == nil {
			var group sync.WaitGroup
			errs := make([]error, w.opts.Workers)
			for i := range errs {
				group.Go(func() { errs[i] = w.take(consumer) })
			}
			group.Wait()
			err = errors.Join(errs...)
		}
		if b.ctx.Err() == nil {
			b.log.Debug("bus: queue cannot be read", "queue", w.queue, "error", err, "again_in", wait)
			b.pause(wait)
		}
	}
}

// deathNotice is how often the node that leads a queue says that it still does; twice
// as long after it has died, the others are asked.
const deathNotice = 2 * time.Second

// take takes one message after the other. None is taken before there is somebody to
// work on it, so that no message waits behind another one's handler.
func (w *workplace) take(consumer jetstream.Consumer) error {
	b := w.bus
	for failures := 0; b.ctx.Err() == nil; {
		msg, err := consumer.Next(jetstream.FetchContext(b.ctx), jetstream.FetchHeartbeat(deathNotice))
		switch {
		case err == nil:
			failures = 0
			w.do(msg)
		case errors.Is(err, nats.ErrTimeout), errors.Is(err, jetstream.ErrNoMessages):
		case errors.Is(err, jetstream.ErrConsumerNotFound), errors.Is(err, jetstream.ErrConsumerDeleted):
			return err
		case b.ctx.Err() == nil: // such as: the leader has changed
			if failures++; failures > 20 {
				return err
			}
			b.pause(time.Duration(failures) * 10 * time.Millisecond)
		}
	}
	return nil
}

// do works on one message and sees to what becomes of it. Each way out of it is an
// arrow of the diagram in docs/bus.md.
func (w *workplace) do(msg jetstream.Msg) {
	b := w.bus
	meta, err := msg.Metadata()
	if err != nil {
		b.log.Error("bus: a message that is none of JetStream's", "queue", w.queue, "error", err)
		return
	}
	attempt := int(meta.NumDelivered)
	e, err := readEnvelope(msg.Headers())
	if err != nil {
		w.bury(msg, meta, e, attempt, err)
		return
	}
	if e.first.IsZero() {
		e.first = meta.Timestamp
	}
	if attempt > w.opts.Attempts {
		// Nobody said how the last attempt ended. It may have ended the process, so
		// the handler does not see this message again.
		w.bury(msg, meta, e, attempt-1, errors.New("the last attempt did not end: its process was stopped, or it lost its connection"))
		return
	}
	m := Message{Queue: w.queue, Key: e.key, Body: msg.Data(), Attempt: attempt, First: e.first.UTC(), Resent: e.resent}
	err = w.call(msg, m)

	var putOffUntil *later
	switch {
	case err == nil:
		err = msg.Ack()
	case b.work.Err() != nil: // the bus closes: no failure of the handler's
		err = msg.Nak()
	case errors.As(err, &putOffUntil):
		err = w.postpone(msg, meta, e, putOffUntil.until)
	case errors.As(err, new(*final)) || attempt >= w.opts.Attempts:
		w.bury(msg, meta, e, attempt, err)
		return
	default:
		delay := w.opts.delay(attempt)
		b.log.Info("bus: to be tried again", "queue", w.queue, "key", e.key, "attempt", attempt, "error", oneLine(err.Error()), "again_in", delay)
		err = msg.NakWithDelay(delay)
	}
	if err != nil { // it is delivered again when the lease ends
		b.log.Warn("bus: the outcome could not be told", "queue", w.queue, "key", e.key, "error", err)
	}
}

// call runs the handler and holds the lease meanwhile. A panic is a failure like
// others; its value may hold anything and is not kept.
func (w *workplace) call(msg jetstream.Msg, m Message) (err error) {
	ctx, cancel := context.WithTimeout(w.bus.work, w.opts.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			w.bus.log.Error("bus: a handler panicked", "queue", w.queue, "key", m.Key, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic of type %T: see the log", p)
			if p, ok := p.(runtime.Error); ok {
				err = fmt.Errorf("panic: %w", p)
			}
		}
	}()
	held := make(chan struct{})
	defer func() { cancel(); <-held }()
	go func() {
		defer close(held)
		tick := time.NewTicker(w.opts.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				msg.InProgress()
			}
		}
	}()
	return w.handle(ctx, m)
}

// postpone sends a copy that JetStream delivers later, and is then done with the
// message. Killed between the two, the copy is sent once more, and dropped.
func (w *workplace) postpone(msg jetstream.Msg, meta *jetstream.MsgMetadata, e envelope, until time.Time) error {
	copied := &nats.Msg{Subject: workSubject + w.queue, Header: e.header(), Data: msg.Data()}
	if until.After(w.bus.now()) {
		putOff(copied, w.queue, e.key, until)
	}
	id := fmt.Sprintf("later/%s/%d", w.queue, meta.Sequence.Stream)
	if err := w.bus.publish(w.bus.work, copied, id); err != nil {
		return errors.Join(err, msg.NakWithDelay(w.opts.delay(1)))
	}
	return w.settled(msg)
}

// settled is an acknowledgement that is itself acknowledged.
func (w *workplace) settled(msg jetstream.Msg) error {
	ctx, cancel := context.WithTimeout(w.bus.work, apiTimeout)
	defer cancel()
	return msg.DoubleAck(ctx)
}
