package limits

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/domain/cnic"
)

var noon = time.Date(2027, 2, 8, 12, 0, 0, 0, time.FixedZone("PKT", offset))

func guard(t testing.TB, s Settings) *Guard {
	t.Helper()
	g, err := newGuard(s, 10, 10, 8)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func num(n uint64) *cnic.Number {
	c, err := cnic.FromUint64(n)
	if err != nil {
		panic(err)
	}
	return &c
}

func phone(i int) Asker { return ParseAsker(fmt.Sprintf("9230012%05d", i)) }

// person gives identity numbers that are nobody's neighbour.
func person(i int) *cnic.Number { return num(35202_0000000_1 + uint64(i)*7_919_003%1_000_000_000_000) }

func TestFamilyNeverMeetsALimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, _ := newGuard(Settings{}, 2, 2, 2)
		family := rapid.IntRange(0, 1_000_000).Draw(t, "family")
		members := rapid.IntRange(1, 20).Draw(t, "members")
		asks := rapid.IntRange(1, 40).Draw(t, "asks")
		at := noon
		for range asks {
			// Typing thirteen digits and reading the answer takes half a minute.
			at = at.Add(time.Duration(rapid.IntRange(30, 600).Draw(t, "pause")) * time.Second)
			if at.After(noon.Add(11 * time.Hour)) {
				break
			}
			who := person(family*20 + rapid.IntRange(0, members-1).Draw(t, "member"))
			if r := g.Check(phone(family%100_000), who, at); r.Reason != None {
				t.Fatalf("refused: %v", r.Reason)
			}
		}
	})
}

func TestToldOnceThenSilence(t *testing.T) {
	g := guard(t, Settings{Number: Rate{3, time.Minute}})
	ask := func(after time.Duration) Refusal { return g.Check(phone(1), person(1), noon.Add(after)) }
	for i := range 3 {
		if r := ask(time.Duration(i) * time.Second); r.Reason != None {
			t.Fatalf("question %d refused: %v", i+1, r)
		}
	}
	r := ask(3 * time.Second)
	if r.Reason != TooFast || !r.Tell || !r.RetryAt.Equal(noon.Add(time.Minute)) {
		t.Fatalf("fourth question: %+v, want to be told to ask again in a minute", r)
	}
	if r = ask(4 * time.Second); r.Reason != TooFast || r.Tell {
		t.Errorf("fifth question: %+v, want silence", r)
	}
	if r = g.Check(phone(2), person(1), noon); r.Reason != None {
		t.Errorf("another asker: %+v", r)
	}
	if r = ask(61 * time.Second); r.Reason != None {
		t.Errorf("after the time named: %+v, want an answer", r)
	}
	if r = ask(62 * time.Second); r.Reason != TooFast || r.Tell {
		t.Errorf("at once again: %+v, want silence", r)
	}
	if r = ask(10 * time.Minute); r.Reason != None { // the bucket is full, the mark gone
		t.Errorf("after ten minutes: %+v", r)
	}
	ask(10 * time.Minute)
	ask(10 * time.Minute)
	if r = ask(10 * time.Minute); !r.Tell {
		t.Errorf("a new burst: %+v, want to be told anew", r)
	}
	if g.Refused(TooFast) != 4 {
		t.Errorf("%d counted, want 4", g.Refused(TooFast))
	}
}

func TestListingIsStopped(t *testing.T) {
	t.Run("different numbers from one telephone", func(t *testing.T) {
		g := guard(t, Settings{})
		answered, told := 0, 0
		var last Refusal
		for i := range 200 { // slowly, so that the bucket never is empty
			last = g.Check(phone(1), person(i), noon.Add(time.Duration(i)*2*time.Minute))
			if last.Reason == None {
				answered++
			} else if last.Tell {
				told++
			}
		}
		if answered < 20 || answered > 40 || told != 1 {
			t.Errorf("%d answered, told %d times; want 20 to 40 and once", answered, told)
		}
		if want := time.Date(2027, 2, 9, 0, 0, 0, 0, noon.Location()); last.Reason != TooMany || !last.RetryAt.Equal(want) {
			t.Errorf("the last: %+v, want to wait until %v", last, want)
		}
		for i := range 30 { // twenty people, half of them a second time
			if r := g.Check(phone(2), person(i%20), noon.Add(time.Duration(i)*time.Minute)); r.Reason != None {
				t.Errorf("question %d of a family of twenty: %+v, want an answer", i+1, r)
			}
		}
		if r := g.Check(phone(1), person(500), noon.Add(13*time.Hour)); r.Reason != None {
			t.Errorf("the next day: %+v, want an answer", r)
		}
	})
	t.Run("consecutive numbers over many telephones", func(t *testing.T) {
		g := guard(t, Settings{})
		answered := 0
		for i := range 1000 { // one SIM a question, all within three minutes
			n := num(35202_1234000_0/1000*1000 + uint64(i))
			at := noon.Add(time.Duration(i) * 200 * time.Millisecond)
			if g.Check(phone(i), n, at).Reason == None {
				answered++
				if i%20 != 0 { // one in twenty is on the roll
					g.Missed(phone(i), *n, at)
				}
			}
		}
		if answered < 30 || answered > 60 {
			t.Errorf("%d of 1000 answered, want about 32", answered)
		}
		if r := g.Check(phone(5000), person(1), noon); r.Reason != None {
			t.Errorf("a stranger elsewhere: %+v", r)
		}
		// A voter of that thousand who waits gets through, since a hit costs nothing.
		later := noon.Add(15 * time.Minute)
		for i := range 5 {
			if r := g.Check(phone(6000+i), num(35202_1234000_0/1000*1000+20*uint64(i)), later); r.Reason != None {
				t.Errorf("voter %d: %+v", i, r)
			}
		}
	})
	t.Run("the same miss again and again is one", func(t *testing.T) {
		g := guard(t, Settings{CNIC: Unlimited})
		for i := range 500 {
			if r := g.Check(phone(i), person(3), noon); r.Reason != None {
				t.Fatalf("question %d: %+v", i, r)
			}
			g.Missed(phone(i), *person(3), noon)
		}
	})
	t.Run("one number from many telephones", func(t *testing.T) {
		g := guard(t, Settings{})
		answered := 0
		for i := range 100 {
			if r := g.Check(phone(i), person(1), noon); r.Reason == None {
				answered++
			} else if r.Reason != NumberBusy || !r.Tell {
				t.Errorf("%+v", r)
			}
		}
		if answered != 30 {
			t.Errorf("%d answered, want 30", answered)
		}
	})
}

func TestAllowList(t *testing.T) {
	g := guard(t, Settings{Allow: []string{"03001234567", "10.1.0.0/16", "2001:db8::/32", "192.0.2.7"}})
	asks := func(asker string) (answered int) {
		for i := range 400 {
			n := num(42301_5000000_0 + uint64(i))
			if g.Check(ParseAsker(asker), n, noon).Reason == None {
				answered++
				g.Missed(ParseAsker(asker), *n, noon)
			}
		}
		return answered
	}
	for asker, want := range map[string]int{
		"923001234568": 20, // its bucket holds no more
		"923001234567": 300, "10.1.2.3": 300, "2001:db8::9": 300, "192.0.2.7": 300,
	} {
		got := asks(asker)
		if want == 300 && got != want || want < 300 && (got < want || got > 2*want) {
			t.Errorf("%s: %d answered, want %d", asker, got, want)
		}
	}
}

func TestParseAsker(t *testing.T) {
	same := [][]string{
		{"923001234567", "+923001234567", "00923001234567", "03001234567", "3001234567"},
		{"192.0.2.1", "::ffff:192.0.2.1"},
		{"2001:db8::1", "2001:db8::ffff", "2001:db8:0:0:1::"},
		{"8300"}, {"447700900123"}, {"192.0.2.2"}, {"2001:db8:0:1::1"}, {"JAZZ"}, {""}, {"key:district"},
	}
	g := guard(t, Settings{})
	seen := map[string]string{}
	for _, group := range same {
		first := g.Token(ParseAsker(group[0]), noon)
		for _, s := range group {
			if got := g.Token(ParseAsker(s), noon); got != first {
				t.Errorf("%q and %q are taken for two askers", group[0], s)
			}
		}
		if other, twice := seen[first]; twice {
			t.Errorf("%q and %q are taken for one asker", group[0], other)
		}
		seen[first] = group[0]
	}
	a := ParseAsker("923001234567")
	if tomorrow := g.Token(a, noon.Add(24*time.Hour)); tomorrow == g.Token(ParseAsker("x"), noon) || seen[tomorrow] != "" {
		t.Error("the log's name for an asker is the same tomorrow")
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		s    Settings
		want string
	}{
		{Settings{Number: Rate{-2, 0}}, "number: burst -2"},
		{Settings{CNIC: Rate{5, time.Millisecond}}, "cnic: refill 1ms"},
		{Settings{DifferentCNICs: 41}, "different_cnics 41"},
		{Settings{Allow: []string{"923001234567", "0300-12345x"}}, "entry 2"},
	} {
		_, err := New(c.s)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q in it", c.s, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "12345x") {
			t.Errorf("the error %q shows an entry", err)
		}
	}
	g := guard(t, Off())
	for i := range 5000 {
		if r := g.Check(phone(1), num(uint64(i)), noon); r.Reason != None {
			t.Fatalf("without limits: %+v", r)
		}
		g.Missed(phone(1), *num(uint64(i)), noon)
	}
}

// A small ledger under far more askers than it can hold must still remember the
// one who has most against him.
func TestCrowdDoesNotHideAFlooder(t *testing.T) {
	g := guard(t, Settings{})
	flooder, answered := phone(0), 0
	for i := range 20_000 {
		at := noon.Add(time.Duration(i) * time.Millisecond)
		g.Check(phone(1+i), person(i), at)
		if i%20 == 0 && g.Check(flooder, person(3), at).Reason == None {
			answered++
		}
	}
	if answered > 25 {
		t.Errorf("the flooder got %d answers in 20 s, want some 20", answered)
	}
}

func TestManyAtOnce(t *testing.T) {
	g := guard(t, Settings{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 2000 {
				a, n := phone(i%50), person(w*100+i%7)
				if g.Check(a, n, noon.Add(time.Duration(i)*time.Hour/100)).Reason == None && i%3 == 0 {
					g.Missed(a, *n, noon)
				}
			}
		})
	}
	wg.Wait()
}

func TestCheckDoesNotAllocate(t *testing.T) {
	g := guard(t, Settings{})
	i := 0
	g.Check(phone(1), person(1), noon)
	if n := testing.AllocsPerRun(200, func() {
		i++
		a := ParseAsker("923001234567")
		who := *num(uint64(i))
		g.Check(a, &who, noon)
		g.Missed(a, who, noon)
		g.Check(ParseAsker("2001:db8::1"), nil, noon)
	}); n != 0 {
		t.Errorf("%v allocations a check", n)
	}
}

// A million askers, so that nearly every check reaches memory that is in no cache.
func BenchmarkCheck(b *testing.B) {
	g, err := New(Settings{Number: Rate{1000, time.Second}, DifferentCNICs: -1})
	if err != nil {
		b.Fatal(err)
	}
	var x uint64
	check := func() {
		x = x*6364136223846793005 + 1442695040888963407
		n, _ := cnic.FromUint64(x >> 11 % cnic.Space)
		g.Check(Asker{kind: number, number: 923000000000 + x>>30%1_000_000}, &n, noon)
	}
	for range 2_000_000 {
		check()
	}
	for b.Loop() {
		check()
	}
}
