package voterinfo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/rollindex"
)

// manyTestRoll answers look-ups together, and one by one as testRoll does.
type manyTestRoll struct{ testRoll }

func (r manyTestRoll) LookupMany(numbers []cnic.Number, entries []rollindex.Entry, found []bool) {
	for i, n := range numbers {
		entries[i], found[i] = r.Lookup(n)
	}
}

func testMessage(t interface{ Fatal(...any) }, from, text string, at time.Time) sms.Message {
	number, err := sms.ParseMSISDN(from)
	if err != nil {
		t.Fatal(err)
	}
	return sms.Message{Operator: "jazz", From: number, Text: text, Received: at}
}

// Ensure that a batch is answered as its messages are one after the other, limits
// and remembered languages included.
func TestBatchAnswersAsOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		together, alone := newService(t, Config{StationsFrom: noon}), newService(t, Config{StationsFrom: noon})
		together.Publish(manyTestRoll{newTestRoll()})
		alone.Publish(newTestRoll())
		texts := []string{onRoll, onRoll + " EN", "4230149640009", "RO", "hello", "", "12345", onRoll + " اردو"}
		n := rapid.IntRange(1, 100).Draw(rt, "messages")
		in, replies := make([]sms.Message, n), make([][]byte, n)
		for i := range in {
			from := fmt.Sprintf("92300123456%d", rapid.IntRange(0, 3).Draw(rt, "from"))
			in[i] = testMessage(rt, from, rapid.SampledFrom(texts).Draw(rt, "text"), noon.Add(time.Duration(i)*time.Second))
		}
		together.HandleSMSBatch(in, replies)
		for i := range in {
			if want := alone.HandleSMS(&in[i], nil); string(replies[i]) != string(want) {
				rt.Fatalf("message %d, %q: together %q, alone %q", i, in[i].Text, replies[i], want)
			}
		}
	})
}

func TestBatchMakesNoGarbage(t *testing.T) {
	s := newService(t, Config{Limits: limits.Off()})
	s.Publish(manyTestRoll{newTestRoll()})
	in, replies := make([]sms.Message, 40), make([][]byte, 40)
	for i := range in {
		in[i] = testMessage(t, fmt.Sprintf("9230012345%02d", i), onRoll, noon)
		replies[i] = make([]byte, 0, 500)
	}
	if n := testing.AllocsPerRun(20, func() {
		for i := range replies {
			replies[i] = replies[i][:0]
		}
		s.HandleSMSBatch(in, replies)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if !strings.Contains(string(replies[39]), onRoll[9:]) {
		t.Errorf("the last reply is %q", replies[39])
	}
}
