package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intikhab/platform/bus"
)

// open opens a bus that the test's end closes.
func open(t testing.TB, o bus.Options) *bus.Bus {
	t.Helper()
	if o.Dir == "" && o.URL == "" {
		o.Dir = filepath.Join(t.TempDir(), "bus")
	}
	if o.Node == "" {
		o.Node = "test"
	}
	b, err := bus.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// patience is how long a test waits for a state before it fails. It is long, as the
// machine may be busy; no test takes it to pass.
const patience = 2 * time.Minute

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// quick are options with which failures take no time.
var quick = bus.WorkOptions{Attempts: 3, Backoff: []time.Duration{time.Millisecond}, Lease: time.Second}

func TestSendAndWork(t *testing.T) {
	b := open(t, bus.Options{})
	var got sync.Map
	must(t, b.Send(t.Context(), "notice.sms", "before/anybody-works", []byte("first")))
	must(t, b.Work("notice.sms", quick, func(_ context.Context, m bus.Message) error {
		got.Store(m.Key, m)
		return nil
	}))
	must(t, b.Send(t.Context(), "notice.sms", "2", []byte("second")))
	must(t, b.Send(t.Context(), "notice.email", "3", []byte("of another queue")))
	for key, body := range map[string]string{"before/anybody-works": "first", "2": "second"} {
		eventually(t, key+" is worked", func() bool { _, ok := got.Load(key); return ok })
		v, _ := got.Load(key)
		if m := v.(bus.Message); string(m.Body) != body || m.Attempt != 1 || m.Queue != "notice.sms" || m.Resent != 0 || time.Since(m.First) > patience {
			t.Errorf("%+v", m)
		}
	}
	eventually(t, "one message is left", func() bool {
		s, err := b.Status(t.Context())
		must(t, err)
		return len(s.Queues) == 2 && s.Queues[0] == bus.QueueStatus{Queue: "notice.email", Waiting: 1} && s.Queues[1] == bus.QueueStatus{Queue: "notice.sms"}
	})
	if _, ok := got.Load("3"); ok {
		t.Error("a queue got the message of another")
	}
}

func TestSentTwiceIsTakenOnce(t *testing.T) {
	b := open(t, bus.Options{})
	for range 3 {
		must(t, b.Send(t.Context(), "count", "the-same", nil))
	}
	must(t, b.Send(t.Context(), "count", "the-last", nil))
	must(t, b.Send(t.Context(), "other", "the-same", nil))
	var keys []string
	var done atomic.Bool
	must(t, b.Work("count", bus.WorkOptions{Ordered: true}, func(_ context.Context, m bus.Message) error {
		keys = append(keys, m.Key)
		done.Store(m.Key == "the-last")
		return nil
	}))
	eventually(t, "the last is worked", done.Load)
	must(t, b.Close())
	if got := fmt.Sprint(keys); got != "[the-same the-last]" {
		t.Error(got)
	}
}

// TestRetry: a message is tried as often as said, and no more; then an officer sees
// it with its reason, and sends it again or drops it.
func TestRetryThenDead(t *testing.T) {
	b := open(t, bus.Options{})
	ctx := t.Context()
	var calls atomic.Int32
	var heal atomic.Bool
	var last atomic.Pointer[bus.Message]
	must(t, b.Work("flaky", quick, func(_ context.Context, m bus.Message) error {
		last.Store(&m)
		if n := calls.Add(1); int(n) <= 3 && m.Attempt != int(n) {
			t.Errorf("call %d is attempt %d", n, m.Attempt)
		}
		if heal.Load() {
			return nil
		}
		return fmt.Errorf("line one\nthe gateway is away, attempt %d", m.Attempt)
	}))
	must(t, b.Send(ctx, "flaky", "k1", []byte("0300-1234567")))
	var letter bus.DeadLetter
	eventually(t, "it is dead", func() bool {
		letters, err := b.DeadLetters(ctx, bus.DeadFilter{Queue: "flaky"})
		must(t, err)
		if len(letters) == 1 {
			letter = letters[0]
		}
		return len(letters) == 1
	})
	if n := calls.Load(); n != 3 {
		t.Errorf("tried %d times", n)
	}
	if letter.Key != "k1" || letter.Attempts != 3 || letter.Reason != "line one the gateway is away, attempt 3" || letter.Size != 12 ||
		letter.First.IsZero() || letter.Died.Before(letter.First) || string(letter.RevealBody()) != "0300-1234567" {
		t.Errorf("%+v", letter)
	}
	if shown := fmt.Sprintf("%v %+v %q", letter, letter, last.Load().Body); strings.Contains(shown, "1234567") {
		t.Errorf("a body is shown: %s", shown)
	}
	heal.Store(true)
	must(t, b.Resend(ctx, letter.ID))
	eventually(t, "it is tried again", func() bool { return calls.Load() == 4 })
	if m := last.Load(); m.Resent != 1 || m.Attempt != 1 || m.Key != "k1" || !m.First.Equal(letter.First) {
		t.Errorf("sent again: %+v", m)
	}
	if err := b.Resend(ctx, letter.ID); !errors.Is(err, bus.ErrNoLetter) {
		t.Errorf("sent again twice: %v", err)
	}
	if letters, err := b.DeadLetters(ctx, bus.DeadFilter{}); err != nil || len(letters) != 0 {
		t.Error(letters, err)
	}
}

func TestFinalAndDrop(t *testing.T) {
	b := open(t, bus.Options{})
	ctx := t.Context()
	must(t, b.Work("strict", bus.WorkOptions{Ordered: true}, func(_ context.Context, m bus.Message) error {
		if m.Key == "panics" {
			panic("with 0300-1234567 in it")
		}
		return bus.Final(errors.New("no such office"))
	}))
	for i := range 5 {
		must(t, b.Send(ctx, "strict", fmt.Sprint("key-", i), []byte("body")))
	}
	all := func(f bus.DeadFilter) []bus.DeadLetter {
		letters, err := b.DeadLetters(ctx, f)
		must(t, err)
		return letters
	}
	eventually(t, "all five are dead at the first attempt", func() bool { return len(all(bus.DeadFilter{})) == 5 })
	first := all(bus.DeadFilter{Limit: 2})
	rest := all(bus.DeadFilter{After: first[1].ID})
	if len(first) != 2 || len(rest) != 3 || first[0].Key != "key-0" || rest[2].Key != "key-4" || rest[0].Attempts != 1 {
		t.Errorf("%+v\n%+v", first, rest)
	}
	if letters := all(bus.DeadFilter{Queue: "another"}); len(letters) != 0 {
		t.Error(letters)
	}
	if err := b.Drop(ctx, first[0].ID, " \n "); err == nil {
		t.Error("dropped without a reason")
	}
	must(t, b.Drop(ctx, first[0].ID, "the office was closed in 2019"))
	if err := b.Drop(ctx, first[0].ID, "again"); !errors.Is(err, bus.ErrNoLetter) {
		t.Error(err)
	}
	dropped := all(bus.DeadFilter{Dropped: true})
	if len(all(bus.DeadFilter{})) != 4 || len(dropped) != 1 || dropped[0].Reason != "the office was closed in 2019" ||
		dropped[0].Size != 0 || !dropped[0].Dropped || dropped[0].Key != "key-0" {
		t.Errorf("%+v", dropped)
	}
	if err := b.Resend(ctx, dropped[0].ID); err == nil {
		t.Error("a dropped letter was sent again")
	}
	for _, id := range []string{"", "0", "-1", "x", "99999"} {
		if _, err := b.DeadLetter(ctx, id); err == nil {
			t.Errorf("there is a dead letter %q", id)
		}
	}
	s, err := b.Status(ctx)
	must(t, err)
	if len(s.Queues) != 1 || s.Queues[0].Dead != 4 {
		t.Errorf("%+v", s)
	}
}

// TestPanicIsAFailure: and what it said, which may be a citizen's number, is nowhere.
func TestPanicIsAFailure(t *testing.T) {
	var log strings.Builder
	b := open(t, bus.Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))})
	must(t, b.Work("q", bus.WorkOptions{Attempts: 1}, func(context.Context, bus.Message) error { panic("0300-1234567") }))
	must(t, b.Send(t.Context(), "q", "k", []byte("0300-1234567")))
	var letters []bus.DeadLetter
	eventually(t, "it is dead", func() (yes bool) {
		letters, _ = b.DeadLetters(t.Context(), bus.DeadFilter{})
		return len(letters) == 1
	})
	must(t, b.Close())
	if letters[0].Reason != "panic of type string: see the log" || strings.Contains(log.String(), "1234567") || !strings.Contains(log.String(), "bus_test.go") {
		t.Errorf("%+v\n%s", letters[0], log.String())
	}
}

// TestLater: what is put off comes later, is in nobody's way, and costs no attempt.
func TestLater(t *testing.T) {
	b := open(t, bus.Options{})
	var keys sync.Map
	var calls atomic.Int32
	until := time.Now().Add(1200 * time.Millisecond)
	must(t, b.Work("night", bus.WorkOptions{Attempts: 1, Workers: 1}, func(_ context.Context, m bus.Message) error {
		calls.Add(1)
		if m.Key == "quiet-hours" && time.Now().Before(until) {
			return bus.Later(until)
		}
		keys.Store(m.Key, m)
		return nil
	}))
	must(t, b.Send(t.Context(), "night", "put-off-by-sender", []byte("x"), bus.NotBefore(until)))
	must(t, b.Send(t.Context(), "night", "quiet-hours", []byte("body")))
	must(t, b.Send(t.Context(), "night", "day", nil))
	eventually(t, "two are put off", func() bool {
		s, err := b.Status(t.Context())
		must(t, err)
		return s.Later == 2 && s.Queues[0].Later == 2 || !time.Now().Before(until)
	})
	eventually(t, "the one that may be sent is sent", func() bool { _, ok := keys.Load("day"); return ok })
	for _, key := range []string{"quiet-hours", "put-off-by-sender"} {
		eventually(t, key+" is sent", func() bool { _, ok := keys.Load(key); return ok })
		v, _ := keys.Load(key)
		if m := v.(bus.Message); m.Attempt != 1 || m.Key == "quiet-hours" && string(m.Body) != "body" {
			t.Errorf("%+v", m)
		}
	}
	if time.Now().Before(until) || calls.Load() != 4 {
		t.Errorf("%d calls, %v too early", calls.Load(), time.Until(until))
	}
	if letters, err := b.DeadLetters(t.Context(), bus.DeadFilter{}); err != nil || len(letters) != 0 {
		t.Error(letters, err)
	}
}

func TestRefusals(t *testing.T) {
	b := open(t, bus.Options{})
	ctx := t.Context()
	for _, queue := range []string{"", "Notice", "a b", "a..b", ".a", "a.", "a*", "a.>", "نوٹس", strings.Repeat("a", 101)} {
		if b.Send(ctx, queue, "k", nil) == nil || b.Work(queue, quick, nil) == nil || b.Tell(ctx, queue, nil) == nil {
			t.Errorf("queue %q", queue)
		}
	}
	for _, key := range []string{"", "a b", "a\n", "\x00", "ا", strings.Repeat("a", 201)} {
		if b.Send(ctx, "q", key, nil) == nil {
			t.Errorf("key %q", key)
		}
	}
	if b.Send(ctx, "q", "k", make([]byte, bus.MostBody+1)) == nil {
		t.Error("a body without end")
	}
	must(t, b.Send(ctx, "q", "k", make([]byte, bus.MostBody)))
	must(t, b.Work("q", quick, func(context.Context, bus.Message) error { return nil }))
	if b.Work("q", quick, nil) == nil {
		t.Error("two handlers for one queue")
	}
	for _, o := range []bus.Options{{}, {Dir: "x", Replicas: 2}, {Dir: "x", Replicas: 3}, {Dir: "x", Key: []byte("short")}, {Dir: "x", Node: "a b"},
		{Dir: "x", Cluster: &bus.Cluster{Secret: "short", Listen: "127.0.0.1:1", Routes: []string{"127.0.0.1:1"}}},
		{Dir: "x", Cluster: &bus.Cluster{Secret: "0123456789abcdef", Listen: "127.0.0.1:1"}},
		{Dir: "x", Cluster: &bus.Cluster{Secret: "0123456789abcdef", Listen: "127.0.0.1", Routes: []string{"127.0.0.1:1"}}}} {
		if b, err := bus.Open(ctx, o); err == nil {
			b.Close()
			t.Errorf("opened with %+v", o)
		}
	}
}

// TestOneProcess: a second server on the same files would destroy them.
func TestOneProcess(t *testing.T) {
	dir := t.TempDir()
	b := open(t, bus.Options{Dir: dir})
	if second, err := bus.Open(t.Context(), bus.Options{Dir: dir, Node: "test"}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("%v, %v", second, err)
	}
	must(t, b.Send(t.Context(), "q", "kept", []byte("over a restart")))
	must(t, b.Close())
	must(t, b.Close())
	if err := b.Send(t.Context(), "q", "k", nil); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("sent on a closed bus: %v", err)
	}
	b = open(t, bus.Options{Dir: dir})
	var got atomic.Bool
	must(t, b.Work("q", quick, func(_ context.Context, m bus.Message) error {
		got.Store(string(m.Body) == "over a restart")
		return nil
	}))
	eventually(t, "it is there after a restart", got.Load)
}

// TestKey: with a key, no body lies on the disk as it is.
func TestKey(t *testing.T) {
	dir := t.TempDir()
	key := []byte("sixteen bytes and a few more")
	b := open(t, bus.Options{Dir: dir, Key: key})
	must(t, b.Send(t.Context(), "q", "k", []byte("a citizen's secret")))
	must(t, b.Close())
	if at := grep(t, dir, "a citizen's secret"); at != "" {
		t.Errorf("%s holds the body", at)
	}
	b = open(t, bus.Options{Dir: dir, Key: key})
	var got atomic.Bool
	must(t, b.Work("q", quick, func(_ context.Context, m bus.Message) error {
		got.Store(string(m.Body) == "a citizen's secret")
		return nil
	}))
	eventually(t, "the key opens it", got.Load)
}

// TestCloseDrains: after Close nothing runs, what could end has ended, and what could
// not was told so and is delivered again, at the latest when its lease is over.
func TestCloseDrains(t *testing.T) {
	dir := t.TempDir()
	b := open(t, bus.Options{Dir: dir, Drain: 300 * time.Millisecond})
	var began, ended, told atomic.Int32
	must(t, b.Work("q", bus.WorkOptions{Workers: 2, Attempts: 2, Lease: time.Second}, func(ctx context.Context, m bus.Message) error {
		began.Add(1)
		defer ended.Add(1)
		if m.Key == "short" {
			time.Sleep(50 * time.Millisecond)
			return nil
		}
		<-ctx.Done()
		told.Add(1)
		return ctx.Err()
	}))
	must(t, b.Send(t.Context(), "q", "short", nil))
	must(t, b.Send(t.Context(), "q", "endless", nil))
	eventually(t, "both have begun", func() bool { return began.Load() == 2 })
	must(t, b.Close())
	if ended.Load() != 2 || told.Load() != 1 {
		t.Errorf("%d ended, %d told", ended.Load(), told.Load())
	}
	b = open(t, bus.Options{Dir: dir})
	var keys []string
	var done atomic.Bool
	must(t, b.Work("q", bus.WorkOptions{Ordered: true}, func(_ context.Context, m bus.Message) error {
		keys = append(keys, m.Key)
		done.Store(true)
		return nil
	}))
	eventually(t, "the endless one is delivered again", done.Load)
	must(t, b.Close())
	if fmt.Sprint(keys) != "[endless]" {
		t.Error(keys)
	}
}
