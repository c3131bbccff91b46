package bus

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// A Status is the bus as the doctor and the metrics see it.
type Status struct {
	Node     string
	Embedded bool
	Nodes    int    // of the cluster that this node is connected with, itself too; 0: not connected
	Leader   string // node that leads the queues; empty: there is none, and nothing can be sent
	Bytes    uint64 // that the queues take on the disk
	Queues   []QueueStatus
	Later    uint64  // messages of all queues that are put off to a time
	Outbox   Backlog // of all databases whose outbox this process relays
}

// A QueueStatus is how much lies in a queue.
type QueueStatus struct {
	Queue   string
	Waiting uint64 // sent, and not yet delivered or not worked by anybody
	Taken   int    // delivered: being worked on, or waiting to be tried again
	Later   uint64 // put off to a time; not counted by queue where more than mostListed are
	Dead    uint64
}

// mostListed is how many put-off messages are listed in order to be counted: each has
// a subject of its own.
const mostListed = 20_000

// Status asks the bus how it stands. An error says what is wrong with it.
func (b *Bus) Status(ctx context.Context) (s Status, err error) {
	s.Node, s.Embedded = b.opts.Node, b.server != nil
	if b.conn.IsConnected() {
		s.Nodes = 1
	}
	if b.server != nil && b.opts.Cluster != nil {
		s.Nodes = len(b.server.ActivePeers())
	}
	b.mu.Lock()
	outboxes := slices.Clone(b.outboxes)
	b.mu.Unlock()
	for _, o := range outboxes {
		l, err := o.Backlog(ctx)
		if err != nil {
			return s, err
		}
		s.Outbox.Waiting += l.Waiting
		if s.Outbox.Oldest.IsZero() || !l.Oldest.IsZero() && l.Oldest.Before(s.Outbox.Oldest) {
			s.Outbox.Oldest = l.Oldest
		}
	}
	queues := map[string]*QueueStatus{}
	at := func(name string) *QueueStatus {
		if queues[name] == nil {
			queues[name] = &QueueStatus{Queue: name}
		}
		return queues[name]
	}
	if err := b.queueStatus(ctx, &s, at); err != nil {
		return s, err
	}
	for _, q := range queues {
		s.Queues = append(s.Queues, *q)
	}
	slices.SortFunc(s.Queues, func(x, y QueueStatus) int { return strings.Compare(x.Queue, y.Queue) })
	return s, nil
}

func (b *Bus) queueStatus(ctx context.Context, s *Status, at func(string) *QueueStatus) error {
	work, err := b.count(ctx, workStream, workSubject, func(queue string, n uint64) { at(queue).Waiting = n })
	if err != nil {
		return err
	}
	dead, err := b.count(ctx, deadStream, deadSubject, func(queue string, n uint64) { at(queue).Dead = n })
	if err != nil {
		return err
	}
	s.Bytes, s.Leader, s.Later = work.State.Bytes+dead.State.Bytes, b.opts.Node, work.State.Msgs
	if work.Cluster != nil {
		s.Leader = work.Cluster.Leader
	}
	for _, n := range work.State.Subjects {
		s.Later -= min(s.Later, n)
	}
	if s.Later > 0 && s.Later <= mostListed {
		_, err := b.count(ctx, workStream, laterSubject, func(subject string, n uint64) {
			at(subject[:max(strings.LastIndexByte(subject, '.'), 0)]).Later += n
		})
		if err != nil {
			return err
		}
	}
	stream, err := b.stream(ctx, workStream)
	if err != nil {
		return err
	}
	consumers := stream.ListConsumers(ctx)
	for c := range consumers.Info() {
		q := at(strings.TrimPrefix(c.Config.FilterSubject, workSubject))
		q.Taken = c.NumAckPending
		q.Waiting -= min(q.Waiting, uint64(q.Taken))
	}
	if err := consumers.Err(); err != nil {
		return fmt.Errorf("bus: %w", err)
	}
	return nil
}

// count tells how many messages lie under each subject that begins with prefix.
func (b *Bus) count(ctx context.Context, name, prefix string, note func(subject string, n uint64)) (*jetstream.StreamInfo, error) {
	stream, err := b.stream(ctx, name)
	if err != nil {
		return nil, err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(prefix+">"))
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	for subject, n := range info.State.Subjects {
		note(strings.TrimPrefix(subject, prefix), n)
	}
	return info, nil
}
