package password

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// cheap is for tests: the same way, hardly any work.
var cheap = Parameters{Time: 1, Memory: 64, Threads: 1}

func hasher(t testing.TB, p Parameters, together int) *Hasher {
	t.Helper()
	h, err := NewHasher(p, together)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHashAndCheck(t *testing.T) {
	h := hasher(t, cheap, 2)
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringN(1, 40, 200).Draw(t, "password")
		other := rapid.StringN(1, 40, 200).Draw(t, "other")
		hash, err := h.Hash(context.Background(), password)
		if err != nil {
			t.Fatal(err)
		}
		if right, old, err := h.Check(context.Background(), password, hash); !right || old || err != nil {
			t.Fatalf("its own password: right %v, old %v, %v", right, old, err)
		}
		if right, _, _ := h.Check(context.Background(), other, hash); right != (normal(other) == normal(password)) {
			t.Fatalf("%q for %q: right %v", other, password, right)
		}
		if strings.Contains(hash, password) && len(password) > 8 {
			t.Fatal("the hash holds the password")
		}
	})
}

// Ensure that what two keyboards make of one letter is one password: alef with
// madda as one character and as two.
func TestNormalised(t *testing.T) {
	h := hasher(t, cheap, 1)
	hash, err := h.Hash(t.Context(), "\u0622م کا موسم آیا ہے")
	if err != nil {
		t.Fatal(err)
	}
	if right, _, _ := h.Check(t.Context(), "\u0627\u0653م کا موسم آیا ہے", hash); !right {
		t.Error("the same letters, written otherwise, are refused")
	}
}

func TestUpgrade(t *testing.T) {
	was := hasher(t, cheap, 1)
	now := hasher(t, Parameters{Time: 2, Memory: 128, Threads: 1}, 1)
	hash, err := was.Hash(t.Context(), "a long enough one")
	if err != nil {
		t.Fatal(err)
	}
	if right, old, err := now.Check(t.Context(), "a long enough one", hash); !right || !old || err != nil {
		t.Errorf("right %v, old %v, %v", right, old, err)
	}
	if right, _, _ := now.Check(t.Context(), "a long enough two", hash); right {
		t.Error("another password is right")
	}
}

func TestNoAccount(t *testing.T) {
	h := hasher(t, cheap, 1)
	for _, password := range []string{"", "a", "a long enough one"} {
		if right, old, err := h.Check(t.Context(), password, ""); right || old || err != nil {
			t.Errorf("%q without an account: right %v, old %v, %v", password, right, old, err)
		}
	}
}

func TestDamagedHash(t *testing.T) {
	h := hasher(t, cheap, 1)
	good, err := h.Hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{
		"x", "$argon2id$", strings.Replace(good, "m=64", "m=4294967295", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=9999", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1), good + "!", good[:len(good)-30], strings.Replace(good, "m=64", "m=064", 1), good + "$",
	} {
		if right, _, err := h.Check(t.Context(), "x", hash); err == nil || right {
			t.Errorf("%s: right %v, %v", hash, right, err)
		}
	}
}

// Ensure that however many sign in at once, no more hashes run together than were
// allowed, and that those beyond the queue hear so at once.
func TestFlood(t *testing.T) {
	const together = 2
	h := hasher(t, cheap, together)
	var most, now, busy atomic.Int64
	var wg sync.WaitGroup
	release := make(chan struct{})
	for range 100 {
		wg.Go(func() {
			done, err := h.turn(context.Background())
			if errors.Is(err, ErrBusy) {
				if busy.Add(1) == 100-9*together { // as many as find no place in the queue
					close(release)
				}
				return
			}
			defer done()
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			<-release
		})
	}
	wg.Wait()
	if most.Load() > together || busy.Load() != 100-9*together {
		t.Errorf("%d at once, %d told to wait", most.Load(), busy.Load())
	}
	if _, err := h.Hash(t.Context(), "x"); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}

func TestPatienceEnds(t *testing.T) {
	h := hasher(t, cheap, 1)
	h.patient = time.Millisecond
	done, err := h.turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Hash(t.Context(), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("while another hashes for ever: %v", err)
	}
	done()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.turns <- struct{}{}
	if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("whose request has ended: %v", err)
	}
}

func TestParameters(t *testing.T) {
	for _, p := range []Parameters{{}, {Time: 1, Memory: 7, Threads: 1}, {Time: 1, Memory: 64}, {Time: 99, Memory: 64, Threads: 1}, {Time: 1, Memory: 2 << 20, Threads: 1}} {
		if _, err := NewHasher(p, 1); err == nil {
			t.Errorf("%+v is taken", p)
		}
	}
	if _, err := NewHasher(Recommended, 2); err != nil {
		t.Error(err)
	}
}

func TestWeigh(t *testing.T) {
	for _, c := range []struct {
		password string
		want     Fault
	}{
		{"", TooShort},
		{"elevenchars", TooShort},
		{"میری گائے", TooShort},
		{"میری گائے ہری ہے", ""},
		{"purple bicycle lamp", ""},
		{"k7#Tq9vLw2@x", ""},
		{strings.Repeat("x7 ", 200), TooLong},
		{"Password1234", Common},
		{"P-a-s-s-w-o-r-d 2024!", Common},
		{"Pakistan-Zindabad", Common},
		{"electioncommission", Common},
		{"Election Commission 2024", Common},
		{"123456789012", Common},
		{"aaaaaaaaaaaaaa", Pattern},
		{"abcabcabcabcabc", Pattern},
		{"abcdefghijklm", Pattern},
		{"zyxwvutsrqponm", Pattern},
		{"qwertyuiopasdf", Pattern},
		{"!!!!!!!!!!!!!!", Pattern},
		{"nasreen.akhtar1", OwnName},
		{"nasreen grows tall roses", ""},
		{"with\x00control char", NotText},
		{"bad utf8 \xff\xff\xff\xff", NotText},
	} {
		if got := Weigh(c.password, "nasreen.akhtar", "Nasreen"); got != c.want {
			t.Errorf("%q: %q, want %q", c.password, got, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, hash string) {
		p, salt, key, err := read(hash)
		if err == nil && write(p, salt, key) != hash {
			t.Errorf("%q is read as %q", hash, write(p, salt, key))
		}
	})
}

func FuzzWeigh(f *testing.F) {
	f.Add("purple bicycle lamp", "nasreen")
	f.Add("\xff", "")
	f.Fuzz(func(t *testing.T, password, name string) {
		if Weigh(password, name) == "" && len([]rune(normal(password))) < Shortest {
			t.Errorf("%q is taken", password)
		}
	})
}

func BenchmarkRecommended(b *testing.B) {
	h := hasher(b, Recommended, 2)
	for b.Loop() {
		if _, err := h.Hash(context.Background(), "purple bicycle lamp"); err != nil {
			b.Fatal(err)
		}
	}
}
