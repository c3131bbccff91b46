package main

import (
	"fmt"
	"testing"

	"intikhab/platform/sms/smsc"
)

// A crowd of questions through processes that are killed, without time for any
// last word.
const (
	crowd  = 6000
	binds  = 2
	window = 64 // questions under way on each bind
)

// The service is killed twice in the middle of its work. Its operator brings
// again what was not acknowledged: every question is answered; twice, at most
// those that were under way at a kill.
func TestServiceKilledUnderLoad(t *testing.T) {
	o := startOperator(t, "--delay", "20ms", "--window", fmt.Sprint(window))
	config := settingsFolder(t, shortest+unlimited, o.address)
	s := startService(t, config)
	o.queue(crowd, sampleRolls.voters[0].cnic)
	const kills = 2
	for i := range uint64(kills) {
		c := o.until("at work", func(c smsc.Counters) bool { return c.Replied > (i+1)*crowd/4 })
		if c.Replied == crowd {
			t.Fatal("all was answered before the kill: nothing is shown")
		}
		s.end(kill)
		s = startService(t, config)
	}
	c := o.until("all answered", func(c smsc.Counters) bool { return c.Acked == crowd })
	t.Logf("%+v", c)
	if c.Replied != crowd || c.Lost != 0 || c.Rejected != 0 || c.Stray != 0 {
		t.Errorf("questions are lost: %+v", c)
	}
	if c.Redelivered == 0 {
		t.Errorf("nothing was under way at the kills: %+v", c)
	}
	if c.Duplicates > kills*binds*window {
		t.Errorf("%d questions are answered twice, more than %d kills with %d under way can make", c.Duplicates, kills, binds*window)
	}
	if status := s.end(terminate); status != 0 {
		t.Errorf("it ends with %d", status)
	}
}

// The operator is killed twice and goes on from its journal, in which all is that
// it had told anybody.
func TestOperatorKilledUnderLoad(t *testing.T) {
	journal := t.TempDir() + "/journal"
	args := []string{"--delay", "20ms", "--window", fmt.Sprint(window), "--journal", journal}
	o := startOperator(t, args...)
	config := settingsFolder(t, quick+unlimited, o.address)
	s := startService(t, config)
	o.queue(crowd, sampleRolls.voters[0].cnic)
	const kills = 2
	var duplicates uint64
	for i := range uint64(kills) {
		c := o.until("at work", func(c smsc.Counters) bool { return c.Replied > (i+1)*crowd/4 })
		if c.Replied == crowd {
			t.Fatal("all was answered before the kill: nothing is shown")
		}
		o.end(kill)
		duplicates += c.Duplicates
		o = startOperator(t, append(args, "--listen", o.address)...)
		if c := o.counters(); c.Asked != crowd {
			t.Fatalf("the journal has %d of %d questions", c.Asked, crowd)
		}
	}
	c := o.until("all answered", func(c smsc.Counters) bool { return c.Acked == crowd })
	t.Logf("%+v", c)
	if c.Replied != crowd || c.Lost != 0 || c.Rejected != 0 || c.Stray != 0 {
		t.Errorf("questions are lost: %+v", c)
	}
	if duplicates += c.Duplicates; duplicates > kills*binds*window {
		t.Errorf("%d questions are answered twice, more than %d kills with %d under way can make", duplicates, kills, binds*window)
	}
	if status := s.end(terminate); status != 0 {
		t.Errorf("it ends with %d", status)
	}
}
