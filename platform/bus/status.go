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
	Outbox   Backlog // of all databases whose outbox this process relays
}

// A QueueStatus is how much lies in a queue.
type QueueStatus struct {
	Queue   string
	Waiting uint64 // sent, and not yet delivered or not worked by anybody
	Taken   int    // delivered: being worked on, or waiting to be tried again
	Later   uint64 // put off to a time
	Dead    uint64
}

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
	for _, name := range []string{workStream, deadStream} {
		stream, err := b.stream(ctx, name)
		if err != nil {
			return err
		}
		info, err := stream.Info(ctx, jetstream.WithSubjectFilter(">"))
		if err != nil {
			return fmt.Errorf("bus: %w", err)
		}
		s.Bytes += info.State.Bytes
		if name == workStream {
			s.Leader = b.opts.Node
			if info.Cluster != nil {
				s.Leader = info.Cluster.Leader
			}
		}
		for subject, n := range info.State.Subjects {
			if queue, ok := strings.CutPrefix(subject, workSubject); ok {
				at(queue).Waiting += n
			} else if queue, ok := strings.CutPrefix(subject, deadSubject); ok {
				at(queue).Dead += n
			} else if queue, ok := strings.CutPrefix(subject, laterSubject); ok {
				at(queue[:max(strings.LastIndexByte(queue, '.'), 0)]).Later += n
			}
		}
		if name == deadStream {
			continue
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
	}
	return nil
}
