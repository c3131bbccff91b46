package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"intikhab/platform/sms/smsc"
)

// answered is what tells, in an answer, from which roll it was made.
var answered = regexp.MustCompile(`Serial (\d+), household (\d+)\n(New )?`)

// The roll is swapped twenty times while questions come without a pause, by the
// command and by the signal alone: every question is answered once, and each
// answer is wholly from one of the two rolls.
func TestPublishUnderLoad(t *testing.T) {
	o := startOperator(t)
	config := settingsFolder(t, shortest+unlimited, o.address)
	s := startService(t, config)
	o.until("bound twice", func(c smsc.Counters) bool { return c.Bound == 2 })

	var firsts, seconds, asked atomic.Int64
	var crowd sync.WaitGroup
	stop := make(chan struct{})
	for a := range 4 {
		crowd.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				v := sampleRolls.voters[(i*4+a)%len(sampleRolls.voters)]
				reply, err := o.ask(fmt.Sprint(923_00_0000000+i*4+a), v.cnic)
				if err != nil {
					t.Errorf("question %d: %v", i, err)
					return
				}
				asked.Add(1)
				m := answered.FindStringSubmatch(reply.Text)
				if m == nil {
					t.Errorf("question %d is answered %q", i, reply.Text)
					return
				}
				serial, _ := strconv.Atoi(m[1])
				household, _ := strconv.Atoi(m[2])
				switch got := (place{serial, household}); {
				case got == v.first && m[3] == "":
					firsts.Add(1)
				case got == v.second && m[3] != "":
					seconds.Add(1)
				default:
					t.Errorf("an answer of two rolls: %q; first %+v, second %+v", reply.Text, v.first, v.second)
				}
			}
		})
	}
	place := filepath.Join(filepath.Dir(config), "roll.index")
	published := 0
	swap := func(how func(file string)) {
		how([]string{sampleRolls.second, sampleRolls.first}[published%2])
		published++
		before := asked.Load() // some questions between one swap and the next
		o.until("asked", func(smsc.Counters) bool { return asked.Load() > before+20 || t.Failed() })
	}
	for range 8 {
		swap(func(file string) {
			said, status := run(t, "roll", "publish", file, "--config", config)
			if status != 0 || !strings.Contains(said, "the service answers from it") {
				t.Errorf("publish: status %d:\n%s", status, said)
			}
		})
	}
	for range 12 {
		swap(func(file string) {
			if err := replaceFile(place, file); err != nil {
				t.Fatal(err)
			}
			s.hangup(published + 1)
		})
	}
	close(stop)
	crowd.Wait()
	c := o.until("all acknowledged", func(c smsc.Counters) bool { return c.Acked == c.Asked })
	t.Logf("%d answers from the first roll, %d from the second", firsts.Load(), seconds.Load())
	if int64(c.Asked) != asked.Load() || c.Replied != c.Asked || c.Duplicates != 0 || c.Lost != 0 || c.Redelivered != 0 {
		t.Errorf("asked %d, the operator counts %+v", asked.Load(), c)
	}
	if firsts.Load() == 0 || seconds.Load() == 0 {
		t.Error("one of the rolls has never answered")
	}
}

// hangup sends SIGHUP and waits for the n-th roll to be published.
func (s *service) hangup(n int) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		s.t.Fatal(err)
	}
	s.says(fmt.Sprintf(`(?s)(?:msg="roll published".*){%d}`, n))
}

// A roll that cannot be used is not put into use, whoever asks for it; the
// answers go on from the one before.
func TestPublishRefused(t *testing.T) {
	o := startOperator(t)
	config := settingsFolder(t, shortest+unlimited, o.address)
	s := startService(t, config)
	place := filepath.Join(filepath.Dir(config), "roll.index")
	b, err := os.ReadFile(sampleRolls.second)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	damaged := filepath.Join(t.TempDir(), "damaged.index")
	writeFile(t, damaged, string(b))
	foreign := filepath.Join(t.TempDir(), "foreign.index")
	foreignRoll(t, foreign)
	same := func() {
		t.Helper()
		v := sampleRolls.voters[0]
		reply, err := o.ask("923001234567", v.cnic)
		if want := fmt.Sprintf("Serial %d, household %d\n", v.first.serial, v.first.household); err != nil || !strings.Contains(reply.Text, want) {
			t.Errorf("answer %q, %v, want %q", reply.Text, err, want)
		}
	}
	for file, why := range map[string]string{damaged: "damaged", foreign: "wrong key", config: "not a roll"} {
		said, status := run(t, "roll", "publish", file, "--config", config)
		if status != 1 || !strings.Contains(said, "intikhab: not published: ") || !strings.Contains(said, why) {
			t.Errorf("%s: status %d:\n%s", file, status, said)
		}
		same()
	}
	// Past the command, the service looks for itself.
	if err := replaceFile(place, damaged); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.says(`level=ERROR msg="the new roll is not taken; answers go on from the one before" error=.*damaged`)
	same()
	if status, body := get(t, s.console+"/readyz"); status != 200 {
		t.Errorf("readyz: %d %s", status, body)
	}
	if said, status := run(t, "roll", "publish", sampleRolls.first, "--config", config); status != 0 {
		t.Errorf("afterwards: status %d:\n%s", status, said)
	}
	same()
}

// foreignRoll freezes the first roll under another key.
func foreignRoll(t *testing.T, out string) {
	t.Helper()
	key := filepath.Join(t.TempDir(), "foreign.key")
	for _, args := range [][]string{{"roll", "keygen", "--out", key}, {"roll", "freeze", "--in", sampleRolls.dir, "--key-file", key, "--out", out}} {
		if said, status := run(t, args...); status != 0 {
			t.Fatalf("%v: status %d:\n%s", args, status, said)
		}
	}
}
