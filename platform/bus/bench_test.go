package bus_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"intikhab/platform/bus"
	"intikhab/platform/database"
)

var body = make([]byte, 300) // such as an SMS with its number and what it is about

// BenchmarkSend is the rate at which messages are acknowledged, each on the disk, with
// one sender and with many.
func BenchmarkSend(b *testing.B) {
	for _, senders := range []int{1, 32} {
		b.Run(fmt.Sprint("senders=", senders), func(b *testing.B) {
			bus := open(b, bus.Options{})
			must(b, bus.Ready(b.Context()))
			var n atomic.Int64
			var group sync.WaitGroup
			for range senders {
				group.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						must(b, bus.Send(b.Context(), "bench", fmt.Sprint(i), body))
					}
				})
			}
			group.Wait()
		})
	}
}

// BenchmarkWork is the rate at which a queue with nothing to do for each message is
// worked off.
func BenchmarkWork(b *testing.B) {
	o := bus.Options{Dir: filepath.Join(b.TempDir(), "bus")}
	fill(b, o, b.N)
	at := open(b, o)
	must(b, at.Ready(b.Context()))
	var n atomic.Int64
	done := make(chan struct{})
	b.ResetTimer()
	must(b, at.Work("bench", bus.WorkOptions{Workers: 8}, func(context.Context, bus.Message) error {
		if n.Add(1) == int64(b.N) {
			close(done)
		}
		return nil
	}))
	<-done
}

// fill puts so many messages into a queue and closes the bus again.
func fill(b *testing.B, o bus.Options, n int) {
	at := open(b, o)
	var next atomic.Int64
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				must(b, at.Send(b.Context(), "bench", fmt.Sprint(i), body))
			}
		})
	}
	group.Wait()
	must(b, at.Close())
}

// BenchmarkRelay is the rate at which an outbox on SQLite is emptied.
func BenchmarkRelay(b *testing.B) {
	db, err := database.Open(b.Context(), filepath.Join(b.TempDir(), "bench.sqlite"))
	must(b, err)
	defer db.Close()
	o, err := bus.NewOutbox(b.Context(), db)
	must(b, err)
	must(b, db.Update(b.Context(), func(tx *database.Tx) error {
		for i := range b.N {
			if err := o.Put(tx, "bench", fmt.Sprint(i), body); err != nil {
				return err
			}
		}
		return nil
	}))
	at := open(b, bus.Options{})
	must(b, at.Ready(b.Context()))
	b.ResetTimer()
	_, err = at.Outbox(db)
	must(b, err)
	eventually(b, "it is empty", func() bool {
		l, err := o.Backlog(b.Context())
		must(b, err)
		return l.Waiting == 0
	})
}

// BenchmarkOpen is how long the start takes, and how long until messages can be sent.
func BenchmarkOpen(b *testing.B) {
	for _, ready := range []bool{false, true} {
		b.Run(fmt.Sprint("ready=", ready), func(b *testing.B) {
			dir := b.TempDir()
			for range b.N {
				at, err := bus.Open(b.Context(), bus.Options{Dir: dir, Node: "bench"})
				must(b, err)
				if ready {
					must(b, at.Ready(b.Context()))
				}
				b.StopTimer()
				must(b, at.Close())
				b.StartTimer()
			}
		})
	}
}
