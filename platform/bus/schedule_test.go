package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"intikhab/platform/bus"
)

// A clock goes when it is told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(text string) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// runs notes what was run.
type runs struct {
	mu  sync.Mutex
	due []string
}

func (r *runs) run(_ context.Context, run bus.Run) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.due = append(r.due, run.Due.Format(time.RFC3339))
	return nil
}

func (r *runs) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.due)
}

func schedule(t *testing.T, b *bus.Bus, name string) bus.Schedule {
	t.Helper()
	all, err := b.Schedules(t.Context())
	must(t, err)
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	return bus.Schedule{}
}

// TestSchedule: a run a day; those missed while nothing was up are made up for by
// one; and a restart begins nothing anew.
func TestSchedule(t *testing.T) {
	dir := t.TempDir()
	var c clock
	var r runs
	c.set("2026-02-08T10:00:00Z")
	begin := func() *bus.Bus {
		b := open(t, bus.Options{Dir: dir, Now: c.now})
		must(t, b.Every("seal", "every day at 02:00 Asia/Karachi", quick, r.run))
		return b
	}
	next := func(b *bus.Bus, want string) {
		t.Helper()
		eventually(t, "next is "+want, func() bool {
			s := schedule(t, b, "seal")
			return !s.Next.IsZero() && s.Next.Format(time.RFC3339) == want && (s.Last.IsZero() || !s.Done.IsZero())
		})
	}
	b := begin()
	next(b, "2026-02-08T21:00:00Z")
	c.set("2026-02-08T21:00:01Z")
	eventually(t, "it runs", func() bool { return r.String() == "[2026-02-08T21:00:00Z]" })
	next(b, "2026-02-09T21:00:00Z")
	must(t, b.Close())

	b = begin() // on the same day
	next(b, "2026-02-09T21:00:00Z")
	must(t, b.Close())

	c.set("2026-02-13T08:00:00Z") // four runs were missed
	b = begin()
	eventually(t, "what was missed is made up for", func() bool { return r.String() == "[2026-02-08T21:00:00Z 2026-02-09T21:00:00Z]" })
	next(b, "2026-02-13T21:00:00Z")
	s := schedule(t, b, "seal")
	if s.Rule != "every day at 02:00 Asia/Karachi" || s.Last.Format(time.RFC3339) != "2026-02-09T21:00:00Z" || !s.Done.Equal(c.now()) || s.Fail != "" {
		t.Errorf("%+v", s)
	}
	must(t, b.Close())
	if r.String() != "[2026-02-08T21:00:00Z 2026-02-09T21:00:00Z]" {
		t.Error(r.String())
	}
}

// TestScheduleChanged: another rule counts at once, and a node whose clock was wrong
// does not put the next run into a far year.
func TestScheduleChanged(t *testing.T) {
	dir := t.TempDir()
	var c clock
	c.set("2027-06-01T10:00:00Z") // it is 2026
	b := open(t, bus.Options{Dir: dir, Now: c.now})
	var r runs
	must(t, b.Every("seal", "every day at 02:00", quick, r.run))
	eventually(t, "it is kept", func() bool { return schedule(t, b, "seal").Next.Year() == 2027 })
	must(t, b.Close())

	c.set("2026-02-08T10:00:00Z")
	b = open(t, bus.Options{Dir: dir, Now: c.now})
	must(t, b.Every("seal", "every day at 02:00", quick, r.run))
	eventually(t, "it is mended", func() bool { return schedule(t, b, "seal").Next.Year() == 2026 })
	must(t, b.Close())

	b = open(t, bus.Options{Dir: dir, Now: c.now})
	must(t, b.Every("seal", "every 20 minutes", quick, r.run))
	eventually(t, "it is another rule", func() bool { return schedule(t, b, "seal").Rule == "every 20 minutes" })
	c.set("2026-02-08T10:20:00Z")
	eventually(t, "it runs", func() bool { return r.String() == "[2026-02-08T10:20:00Z]" })
	if b.Every("seal", "every 20 minutes", quick, r.run) == nil || b.Every("x", "every blue moon", quick, r.run) == nil || b.Every("X", "every hour", quick, r.run) == nil {
		t.Error("no error")
	}
}

// TestScheduleFails: a run that fails is tried again, shows why, and is at last a dead
// letter.
func TestScheduleFails(t *testing.T) {
	var c clock
	c.set("2026-02-08T10:00:00Z")
	b := open(t, bus.Options{Now: c.now})
	must(t, b.Every("backup", "every hour", quick, func(context.Context, bus.Run) error { return errors.New("the disk is full") }))
	eventually(t, "it is kept", func() bool { return !schedule(t, b, "backup").Next.IsZero() })
	c.set("2026-02-08T11:00:00Z")
	eventually(t, "it is dead", func() bool {
		letters, err := b.DeadLetters(t.Context(), bus.DeadFilter{Queue: "schedule.backup"})
		must(t, err)
		return len(letters) == 1 && letters[0].Reason == "the disk is full" && letters[0].Attempts == 3
	})
	if s := schedule(t, b, "backup"); s.Fail != "the disk is full" || !s.Done.IsZero() {
		t.Errorf("%+v", s)
	}
}
