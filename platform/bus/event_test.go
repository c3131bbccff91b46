package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"intikhab/platform/bus"
)

type heard struct {
	mu   sync.Mutex
	what []string
}

func (h *heard) hear(_ context.Context, e bus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.what = append(h.what, e.Subject+"="+string(e.Body))
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return fmt.Sprint(h.what)
}

// TestEvents: every listener hears each event in order, and one that comes late the
// last of each subject.
func TestEvents(t *testing.T) {
	dir := t.TempDir()
	b := open(t, bus.Options{Dir: dir})
	var one, two, late, all heard
	must(t, b.Listen("roll.new", one.hear))
	must(t, b.Listen("roll.>", two.hear))
	for i, subject := range []string{"roll.new", "roll.old", "office.new", "roll.new"} {
		must(t, b.Tell(t.Context(), subject, fmt.Append(nil, i)))
		if want := []string{"[roll.new=0]", "[roll.new=0 roll.old=1]", "[roll.new=0 roll.old=1]", "[roll.new=0 roll.old=1 roll.new=3]"}[i]; true {
			eventually(t, "the listener to roll.> has heard "+want, func() bool { return two.String() == want })
		}
	}
	eventually(t, "the listener to roll.new has heard both", func() bool { return one.String() == "[roll.new=0 roll.new=3]" })
	must(t, b.Close())

	b = open(t, bus.Options{Dir: dir})
	must(t, b.Listen("roll.new", late.hear))
	must(t, b.Listen(">", all.hear))
	eventually(t, "a node that was off learns the last", func() bool { return late.String() == "[roll.new=3]" })
	eventually(t, "of each subject", func() bool { return all.String() == "[roll.old=1 office.new=2 roll.new=3]" })
}
