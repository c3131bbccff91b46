package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"intikhab/platform/bus/calendar"
)

// A Run is one time that a schedule is due.
type Run struct {
	Name    string
	Due     time.Time // UTC; long ago, if all nodes were down meanwhile
	Attempt int
}

// A Schedule is what the bus knows of something that is done again and again.
type Schedule struct {
	Name string    `json:"-"`
	Rule string    `json:"rule"`           // as package calendar reads it
	Next time.Time `json:"next"`           // when it is due next
	Last time.Time `json:"last,omitzero"`  // when it was last due, and was begun
	Done time.Time `json:"done,omitzero"`  // when a run last ended well
	Fail string    `json:"error,omitzero"` // how the last attempt ended, if not well
}

// timetable is a schedule that this process takes part in.
type timetable struct {
	name string
	rule calendar.Rule
	next time.Time // nothing is to be done before
}

// How far the clocks of nodes may differ. A next run that lies further ahead than
// the rule allows by more than this was written by a node whose clock was wrong.
const mostSkew = 2 * time.Minute

// Every has f run by a rule (see package calendar) on one node of all that call
// Every with this name, and never twice at the same time. Runs that were missed
// while no node was up are made up for by one. A run that fails is tried again, and
// at last is a dead letter of the queue schedule.<name>. A node takes part while its
// bus is open. Another rule under the same name replaces the one before.
func (b *Bus) Every(name, rule string, o WorkOptions, f func(context.Context, Run) error) error {
	queue := "schedule." + name
	if err := checkQueue(queue); err != nil {
		return err
	}
	parsed, err := calendar.Parse(rule)
	if err != nil {
		return fmt.Errorf("bus: %w", err)
	}
	o.Ordered = true
	err = b.Work(queue, o, func(ctx context.Context, m Message) error { return b.runScheduled(ctx, name, m, f) })
	if err != nil {
		return err
	}
	b.mu.Lock()
	first := len(b.schedules) == 0
	b.schedules[name] = &timetable{name: name, rule: parsed}
	b.mu.Unlock()
	if first && !b.spawn(b.keepTime) {
		return ErrClosed
	}
	return nil
}

func (b *Bus) runScheduled(ctx context.Context, name string, m Message, f func(context.Context, Run) error) error {
	due, err := time.Parse(time.RFC3339, m.Key)
	if err != nil {
		return Final(fmt.Errorf("the key of a scheduled run is the instant it was due: %w", err))
	}
	if s, _, err := b.schedule(ctx, name); err == nil && s.Last.After(due) {
		return nil // the next one waits behind this one, which is made up for by it
	}
	failed := f(ctx, Run{Name: name, Due: due, Attempt: m.Attempt})
	note := func(s *Schedule) bool {
		if s.Fail = ""; failed != nil {
			s.Fail = oneLine(failed.Error())
		} else {
			s.Done = b.now().UTC()
		}
		return true
	}
	if err := b.changeSchedule(b.work, name, note); err != nil && b.work.Err() == nil {
		b.log.Warn("bus: the end of a scheduled run could not be noted", "schedule", name, "error", err)
	}
	return failed
}

// keepTime looks once a moment whether something is due.
func (b *Bus) keepTime() {
	if b.Ready(b.ctx) != nil {
		return
	}
	for {
		b.mu.Lock()
		var due []*timetable
		for _, t := range b.schedules {
			if !b.now().Before(t.next) {
				due = append(due, t)
			}
		}
		b.mu.Unlock()
		for _, t := range due {
			if err := b.begin(t); err != nil && b.ctx.Err() == nil {
				b.log.Debug("bus: schedule", "schedule", t.name, "error", err)
			}
		}
		if !b.pause(timeStep) {
			return
		}
	}
}

// timeStep is how late a run may begin.
const timeStep = 250 * time.Millisecond

// begin sends the message of a run that is due and notes when the next one is. Nodes
// that do so at once, and one that was killed between the two, send the same message,
// which is taken once. b.schedules' own next is only there so that the bucket is not
// asked four times a second.
func (b *Bus) begin(t *timetable) error {
	ctx, cancel := context.WithTimeout(b.ctx, 2*apiTimeout)
	defer cancel()
	now := b.now().UTC()
	s, revision, err := b.schedule(ctx, t.name)
	if err != nil {
		return err
	}
	due := s.Next
	switch {
	case s.Rule != t.rule.String(), // new, or changed
		s.Next.After(t.rule.Next(now.Add(mostSkew))): // a clock was wrong
		s.Rule, s.Next, due = t.rule.String(), t.rule.Next(now), time.Time{}
	case now.Before(s.Next): // another node was quicker
		t.next = s.Next
		return nil
	default:
		s.Last, s.Next = due, t.rule.Next(now)
	}
	if !due.IsZero() {
		if err := b.Send(ctx, "schedule."+t.name, due.Format(time.RFC3339), nil); err != nil {
			return err
		}
	}
	if err := b.putSchedule(ctx, t.name, s, revision); err != nil {
		return err
	}
	t.next = s.Next
	return nil
}

// schedule reads one; one that nobody has kept yet is empty, of revision 0.
func (b *Bus) schedule(ctx context.Context, name string) (s Schedule, revision uint64, err error) {
	if err := b.Ready(ctx); err != nil {
		return s, 0, err
	}
	bucket, err := b.js.KeyValue(ctx, scheduleBucket)
	if err != nil {
		return s, 0, err
	}
	entry, err := bucket.Get(ctx, name)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return Schedule{Name: name}, 0, nil
	}
	if err != nil {
		return s, 0, err
	}
	err = json.Unmarshal(entry.Value(), &s)
	s.Name = name
	return s, entry.Revision(), err
}

// putSchedule keeps it, if nobody else did meanwhile.
func (b *Bus) putSchedule(ctx context.Context, name string, s Schedule, revision uint64) error {
	bucket, err := b.js.KeyValue(ctx, scheduleBucket)
	if err != nil {
		return err
	}
	value, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if revision == 0 {
		_, err = bucket.Create(ctx, name, value)
	} else {
		_, err = bucket.Update(ctx, name, value, revision)
	}
	return err
}

// changeSchedule changes what is kept, again if somebody else did meanwhile.
func (b *Bus) changeSchedule(ctx context.Context, name string, change func(*Schedule) bool) (err error) {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	for range 10 {
		s, revision, err := b.schedule(ctx, name)
		if err != nil || !change(&s) {
			return err
		}
		if err = b.putSchedule(ctx, name, s, revision); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// Schedules lists all that any node has ever kept, by name.
func (b *Bus) Schedules(ctx context.Context) ([]Schedule, error) {
	if err := b.Ready(ctx); err != nil {
		return nil, err
	}
	bucket, err := b.js.KeyValue(ctx, scheduleBucket)
	if err != nil {
		return nil, fmt.Errorf("bus: schedules: %w", err)
	}
	names, err := bucket.ListKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("bus: schedules: %w", err)
	}
	var all []Schedule
	for name := range names.Keys() {
		s, revision, err := b.schedule(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("bus: schedule %s: %w", name, err)
		}
		if revision != 0 {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(x, y Schedule) int { return strings.Compare(x.Name, y.Name) })
	return all, nil
}
