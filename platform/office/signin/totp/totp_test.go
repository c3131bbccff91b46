package totp

import (
	"bytes"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"pgregory.net/rapid"
)

// The SHA-1 vectors of RFC 6238, appendix B, cut to six digits.
func TestVectors(t *testing.T) {
	var s Secret
	copy(s[:], "12345678901234567890")
	for unix, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := s.At(time.Unix(unix, 0)); got != want {
			t.Errorf("at %d: %s, want %s", unix, got, want)
		}
	}
}

func parse(t interface{ Fatalf(string, ...any) }, text string) Code {
	c, ok := ParseCode(text)
	if !ok {
		t.Fatalf("%q is no code", text)
	}
	return c
}

func TestSkew(t *testing.T) {
	s, now := New(), time.Unix(1_700_000_010, 0)
	for _, c := range []struct {
		off  time.Duration
		want bool
	}{{0, true}, {-period * time.Second, true}, {period * time.Second, true}, {-2 * period * time.Second, false}, {2 * period * time.Second, false}, {24 * time.Hour, false}} {
		// A code of another step may by chance be the same: one in 300,000.
		if _, ok := s.Check(parse(t, s.At(now.Add(c.off))), now, 0); ok != c.want {
			t.Errorf("a code from %v away: accepted %v", c.off, ok)
		}
	}
}

// Ensure that whatever codes come in whatever order, no step is accepted twice.
func TestOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now, last := New(), time.Unix(1_700_000_000, 0), int64(0)
		used := map[int64]bool{}
		for range 40 {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "seconds")) * time.Second)
			shown := now.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "step")) * period * time.Second)
			step, ok := s.Check(parse(t, s.At(shown)), now, last)
			if !ok {
				continue
			}
			if used[step] || step <= last {
				t.Fatalf("step %d accepted again after %d", step, last)
			}
			used[step], last = true, step
		}
	})
}

func TestPicture(t *testing.T) {
	s := New()
	picture, err := s.RevealPicture("Election Commission", "nasreen.akhtar")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	// An independent reader of the address finds the same secret and names.
	key, err := otp.NewKeyFromURL(s.address("Election Commission", "nasreen.akhtar"))
	if err != nil {
		t.Fatal(err)
	}
	if key.Secret() != unpadded.EncodeToString(s[:]) || key.Issuer() != "Election Commission" || key.AccountName() != "nasreen.akhtar" || key.Type() != "totp" {
		t.Errorf("read as %s, %s, %s, %s", key.Type(), key.Issuer(), key.AccountName(), key.Secret())
	}
	if u, err := url.Parse(key.URL()); err != nil || u.Scheme != "otpauth" {
		t.Error(err)
	}
	if got := strings.ReplaceAll(s.Reveal(), " ", ""); got != key.Secret() {
		t.Errorf("typed %s, scanned %s", got, key.Secret())
	}
	if said := fmt.Sprintf("%v %+v %#v", s, s, s); strings.Contains(said, key.Secret()) || strings.Contains(said, fmt.Sprint(s[0], s[1])) {
		t.Errorf("the secret prints itself: %s", said)
	}
}

func TestParseCode(t *testing.T) {
	for text, want := range map[string]string{
		"123456": "123456", "123 456": "123456", " 123-456 ": "123456", "۱۲۳۴۵۶": "123456", "٠٠٠١٢٣": "000123", "\u2066123456\u2069": "123456",
		"12345": "", "1234567": "", "12345a": "", "": "", "+12345": "", "123456\x00": "", "१२३४५६": "", "1.2345": "",
	} {
		c, ok := ParseCode(text)
		if ok != (want != "") || ok && string(c[:]) != want {
			t.Errorf("%q is read as %q, %v", text, c[:], ok)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("123 456")
	f.Add("۱۲۳۴۵۶")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := ParseCode(text)
		if !ok {
			return
		}
		for _, b := range c {
			if b < '0' || b > '9' {
				t.Errorf("%q is read as %q", text, c[:])
			}
		}
	})
}
