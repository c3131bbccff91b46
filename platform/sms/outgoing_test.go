package sms_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/smpp"
	"intikhab/platform/sms/smsc"
)

func number(t testing.TB, text string) sms.MSISDN {
	t.Helper()
	n, err := sms.ParseMSISDN(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// arrivals are texts that telephones got without asking.
type arrivals struct {
	mu    sync.Mutex
	texts []string
}

func (a *arrivals) take(to, from, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.texts = append(a.texts, from+" to "+to+": "+text)
}

func (a *arrivals) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.texts)
}

// untilSends waits until the gateway knows of a bind that sends; the operator knew
// earlier.
func untilSends(t testing.TB, g *sms.Gateway) {
	t.Helper()
	ctx := timeout(t)
	for {
		if _, sends := g.Snapshot().Operators[0].Bound(); sends {
			return
		}
		if ctx.Err() != nil {
			t.Fatal("the gateway never bound")
		}
		time.Sleep(time.Millisecond)
	}
}

// A text of several parts arrives whole, and each part's receipt names the number
// that the operator gave it.
func TestSend(t *testing.T) {
	var got arrivals
	server, err := smsc.Start(smsc.Config{Unasked: got.take})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	receipts := make(chan sms.Receipt, 100)
	failures := 2 // as when the database is away
	g, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{
		"first": {Address: server.Addr(), SystemID: "8300", Binds: 2},
	}}, sms.Echo("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	g.Receipts(func(_ context.Context, all []sms.Receipt) error {
		if failures--; failures >= 0 {
			return errors.New("not now")
		}
		for _, r := range all {
			receipts <- r
		}
		return nil
	})
	if _, err := g.Send(t.Context(), sms.Outgoing{To: number(t, "03001234567"), From: "8300", Text: "too soon"}); !errors.Is(err, sms.ErrNotNow) {
		t.Errorf("before anything is bound: %v", err)
	}
	g.Start(context.Background())
	untilSends(t, g)
	text := strings.Repeat("آپ کا فیصلہ ہو گیا۔ ", 8)
	sent, err := g.Send(timeout(t), sms.Outgoing{To: number(t, "03001234567"), From: "8300", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	if sent.Operator != "first" || len(sent.IDs) != 3 {
		t.Errorf("sent as %+v, want three parts by first", sent)
	}
	named, err := g.Send(timeout(t), sms.Outgoing{To: number(t, "923331234567"), From: "ECP", Text: "short"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"8300 to 923001234567: " + text, "ECP to 923331234567: short"}
	if texts := got.all(); !slices.Equal(texts, want) {
		t.Errorf("telephones got %q, want %q", texts, want)
	}
	left := append(slices.Clone(sent.IDs), named.IDs...)
	for len(left) > 0 { // brought again until they are kept
		select {
		case r := <-receipts:
			if !r.Final || r.State != "DELIVRD" || r.Operator != "first" {
				t.Errorf("receipt %+v", r)
			}
			left = slices.DeleteFunc(left, func(id string) bool { return id == r.ID })
		case <-timeout(t).Done():
			t.Fatalf("no receipt of %v", left)
		}
	}
	if err := g.Shutdown(timeout(t)); err != nil {
		t.Error(err)
	}
	if _, err := g.Send(t.Context(), sms.Outgoing{To: number(t, "03001234567"), From: "8300", Text: "too late"}); !errors.Is(err, sms.ErrNotNow) {
		t.Errorf("after the end: %v", err)
	}
}

// While an operator is full, answers are what it is given; other texts wait.
func TestAnswersGoFirst(t *testing.T) {
	var got arrivals
	p := start(t, smsc.Config{Unasked: got.take}, sms.OperatorConfig{Window: 4, Throughput: 200}, sms.Echo("answer"))
	untilSends(t, p.gateway)
	ctx, stop := context.WithCancel(timeout(t))
	defer stop()
	var texts sync.WaitGroup
	for i := range 200 {
		texts.Go(func() {
			to := number(t, fmt.Sprintf("92333%07d", i))
			if _, err := p.gateway.Send(ctx, sms.Outgoing{To: to, From: "8300", Text: "unasked"}); err != nil {
				t.Errorf("text %d: %v", i, err)
			}
		})
	}
	asked := 100
	var questions sync.WaitGroup
	var late int
	var mu sync.Mutex
	for i := range asked {
		questions.Go(func() {
			if _, err := p.smsc.Ask(ctx, fmt.Sprintf("92300%07d", i), "?"); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			late = len(got.all())
		})
	}
	questions.Wait()
	// Half of what the operator takes at once is kept for answers, so that at most as
	// many texts as answers went out before the last question was answered, and the
	// few that had room before the first came.
	if late > asked+20 {
		t.Errorf("%d texts went out before %d questions were answered", late, asked)
	}
	texts.Wait()
	if n := len(got.all()); n != 200 {
		t.Errorf("%d of 200 texts arrived", n)
	}
}

// What the operator refuses for good is not tried again; what it refuses for now is;
// and where a connection dies in between, the sender is told that it cannot be known.
func TestSendFails(t *testing.T) {
	p := start(t, smsc.Config{}, sms.OperatorConfig{RetryPause: sms.Duration(time.Millisecond)}, sms.Echo("x"))
	untilSends(t, p.gateway)
	text := sms.Outgoing{To: number(t, "03001234567"), From: "8300", Text: "text"}

	p.smsc.SetFaults(smsc.Faults{Refuse: 1})
	var refused *sms.Refused
	if _, err := p.gateway.Send(timeout(t), text); !errors.As(err, &refused) || refused.Status != smpp.StatusInvDstAdr {
		t.Errorf("a refusal for good: %v", err)
	}
	p.smsc.SetFaults(smsc.Faults{QueueFull: 2})
	for range 4 {
		if _, err := p.gateway.Send(timeout(t), text); err != nil {
			t.Errorf("refused every second time for now: %v", err)
		}
	}
	p.smsc.SetFaults(smsc.Faults{QueueFull: 1})
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := p.gateway.Send(short, text); !errors.Is(err, sms.ErrNotNow) && !errors.Is(err, sms.ErrUnknownOutcome) {
		t.Errorf("refused for now until the sender gave up: %v", err)
	}
	p.smsc.SetFaults(smsc.Faults{Mute: 1})
	outcome := make(chan error, 1)
	go func() {
		_, err := p.gateway.Send(timeout(t), text)
		outcome <- err
	}()
	for p.gateway.Snapshot().Operators[0].Binds[0].WindowUsed == 0 {
		time.Sleep(time.Millisecond)
	}
	p.smsc.DropAll()
	if err := <-outcome; !errors.Is(err, sms.ErrUnknownOutcome) {
		t.Errorf("a connection that died: %v", err)
	}
	if _, err := p.gateway.Send(t.Context(), sms.Outgoing{To: number(t, "03001234567"), Text: "no sender"}); err == nil {
		t.Error("a text without a sender was taken")
	}
}
