package checkpoint_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	formats "github.com/transparency-dev/formats/log"
	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/sms/gsm"
)

func newKey(t testing.TB, name string) *checkpoint.Key {
	t.Helper()
	k, err := checkpoint.GenerateKey(name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func verifier(t testing.TB, k *checkpoint.Key) note.Verifier {
	t.Helper()
	v, err := checkpoint.ParseVerifier(k.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sign(t testing.TB, text string, signers ...note.Signer) []byte {
	t.Helper()
	raw, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestNotesAreForeign: what we write is read by two packages of other makers.
func TestNotesAreForeign(t *testing.T) {
	key, other := newKey(t, "ledger.example.org/audit"), newKey(t, "ledger.example.org/audit")
	c := checkpoint.Checkpoint{Origin: key.Name(), Size: 1048576, Root: sha256.Sum256([]byte("root"))}
	raw := sign(t, c.Body(), key.Signer())
	theirs, _, _, err := formats.ParseCheckpoint(raw, key.Name(), verifier(t, key))
	if err != nil || theirs.Size != c.Size || !bytes.Equal(theirs.Hash, c.Root[:]) {
		t.Errorf("formats/log reads %+v, %v", theirs, err)
	}
	tree, err := tlog.ParseTree([]byte(strings.Replace(c.Body(), key.Name(), "go.sum database tree", 1)))
	if err != nil || tree.N != int64(c.Size) || tree.Hash != c.Root {
		t.Errorf("x/mod reads %+v, %v", tree, err)
	}
	if got, err := checkpoint.Open(raw, verifier(t, other), verifier(t, key)); err != nil || got != c {
		t.Errorf("we read %+v, %v", got, err)
	}
	cosigner, err := other.Cosigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string][]byte{
		"another key":     sign(t, c.Body(), other.Signer()),
		"a cosignature":   sign(t, c.Body(), cosigner),
		"another size":    bytes.Replace(raw, []byte("1048576"), []byte("1048577"), 1),
		"a foreign name":  sign(t, strings.Replace(c.Body(), "audit", "other", 1), key.Signer()),
		"a spoilt letter": bytes.Replace(raw, []byte("— ledger.example.org/audit "), []byte("— ledger.example.org/audit AAAA"), 1),
	} {
		if _, err := checkpoint.Open(raw, verifier(t, key)); !errors.Is(err, checkpoint.ErrUnsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is signed is what is read: a text with an empty line in it is none, signed or not.
	if got, err := checkpoint.Open(sign(t, c.Body()+"\nx\n", key.Signer()), verifier(t, key)); err == nil {
		t.Errorf("a text that goes on behind an empty line: %+v", got)
	}
}

func TestParse(t *testing.T) {
	c := checkpoint.Checkpoint{Origin: "a", Size: 7}
	for _, bad := range []string{"", "\n", "a\n7\n", strings.TrimSuffix(c.Body(), "\n"), "\n" + c.Body()[2:], strings.Replace(c.Body(), "7", "07", 1),
		strings.Replace(c.Body(), "7", "-7", 1), strings.Replace(c.Body(), "7", "18446744073709551616", 1), c.Body() + "extension\n",
		strings.Replace(c.Body(), "A=", "B=", 1), strings.Replace(c.Body(), "AAAA", "", 1)} {
		if got, err := checkpoint.Parse([]byte(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	key := newKey(f, "ledger.example.org")
	c := checkpoint.Checkpoint{Origin: key.Name(), Size: 3}
	f.Add([]byte(c.Body()))
	f.Add(sign(f, c.Body(), key.Signer()))
	f.Add([]byte("a\n0\n\n\n\n"))
	v := verifier(f, key)
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := checkpoint.Parse(raw)
		if err == nil {
			if again, err := checkpoint.Parse([]byte(c.Body())); err != nil || again != c || !bytes.HasPrefix(raw, []byte(c.Body())) {
				t.Fatalf("%q is read as %+v and that as %+v: %v", raw, c, again, err)
			}
		}
		if opened, err := checkpoint.Open(raw, v); err == nil {
			if n, err := note.Open(raw, note.VerifierList(v)); err != nil || n.Text != opened.Body() {
				t.Fatalf("%q is opened as %+v, x/mod opens %v, %v", raw, opened, n, err)
			}
		}
	})
}

// TestKeysPrintTheirPublicHalf, whatever is asked of them.
func TestKeysPrintTheirPublicHalf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	key := newKey(t, "ledger.example.org/audit")
	if err := key.Write(path); err != nil {
		t.Fatal(err)
	}
	if err := key.Write(path); err == nil {
		t.Error("a key was written over another")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimSpace(string(text))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", key)
	for _, shown := range []string{fmt.Sprint(key), fmt.Sprintf("%v %+v %#v %s %q %x %d", key, key, key, key, key, key, key), log.String()} {
		if strings.Contains(shown, secret[len(secret)-20:]) || strings.Contains(shown, "PRIVATE") {
			t.Errorf("the secret is shown: %s", shown)
		}
	}
	again, err := checkpoint.ReadKey(path)
	if err != nil || again.Verifier() != key.Verifier() {
		t.Fatalf("%v, %v", again, err)
	}
	if _, err := checkpoint.ParseKey("PRIVATE+KEY+" + key.Verifier()); err == nil || strings.Contains(err.Error(), key.Verifier()) {
		t.Errorf("a public key as a secret one: %v", err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.ReadKey(path); err == nil {
		t.Error("a key that others can read")
	}
	for _, name := range []string{"", "Ledger", "a b", "a+b", "ä", strings.Repeat("a", checkpoint.MaxName+1), "/a"} {
		if _, err := checkpoint.GenerateKey(name); err == nil {
			t.Errorf("the name %q", name)
		}
	}
	vkey, err := key.CosignVerifier()
	if err != nil {
		t.Fatal(err)
	}
	if v, err := cosign.NewVerifierForCosignatureV1(vkey); err != nil || v.Name() != key.Name() {
		t.Errorf("formats/note reads %v, %v", v, err)
	}
}

var someCheckpoint = rapid.Custom(func(t *rapid.T) checkpoint.Checkpoint {
	c := checkpoint.Checkpoint{
		Origin: rapid.StringMatching(`[a-z0-9][a-z0-9./_-]{0,79}`).Draw(t, "origin"),
		Size:   rapid.Uint64().Draw(t, "size"),
	}
	copy(c.Root[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "root"))
	return c
})

// TestShort: the short form comes back however it is written down, and is one SMS.
func TestShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someCheckpoint.Draw(t, "checkpoint")
		text := c.Short().String()
		if enc, _, parts := gsm.Count(text, gsm.Allowed{}); parts != 1 || len(text) > 160 {
			t.Fatalf("%q is %d parts of SMS in %v", text, parts, enc)
		}
		fields := strings.Fields(text)
		heard := rapid.SampledFrom([]string{text, strings.ToLower(text), strings.TrimPrefix(text, "IK1 "),
			strings.Join(fields[:3], " ") + " " + strings.Join(fields[3:], "-"), strings.Join(fields[:3], "\n") + "\n" + strings.Join(fields[3:], ""),
			strings.Join(fields[:3], " ") + " " + strings.NewReplacer("1", "l", "0", "o").Replace(strings.Join(fields[3:], " "))}).Draw(t, "heard")
		s, err := checkpoint.ParseShort(heard)
		if err != nil || !s.Matches(c) {
			t.Fatalf("%q: %+v, %v", heard, s, err)
		}
	})
}

// TestEverySlipIsHeard: one wrong letter, two letters exchanged within a group, two
// groups exchanged: each is found, and the group is named. So is a wrong size or name,
// but for one in a million.
func TestEverySlipIsHeard(t *testing.T) {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	c := checkpoint.Checkpoint{Origin: "ledger.example.org", Size: 90210, Root: sha256.Sum256([]byte("x"))}
	fields := strings.Fields(c.Short().String())
	groups := fields[3:]
	if len(groups) != 9 {
		t.Fatalf("%d groups", len(groups))
	}
	slip := func(groups []string) error {
		_, err := checkpoint.ParseShort(strings.Join(fields[:3], " ") + " " + strings.Join(groups, " "))
		return err
	}
	names := func(err error, g int) bool {
		return err != nil && strings.Contains(err.Error(), fmt.Sprintf("group %d ", g+1))
	}
	with := func(g int, group string) []string {
		out := append([]string{}, groups...)
		out[g] = group
		return out
	}
	for g, group := range groups {
		for i := range group {
			for _, l := range letters + "U" {
				if byte(l) == group[i] {
					continue
				}
				if err := slip(with(g, group[:i]+string(l)+group[i+1:])); !names(err, g) {
					t.Fatalf("letter %d of group %d as %c: %v", i, g, l, err)
				}
			}
			for j := range i {
				b := []byte(group)
				b[i], b[j] = b[j], b[i]
				if string(b) != group {
					if err := slip(with(g, string(b))); !names(err, g) {
						t.Fatalf("letters %d and %d of group %d exchanged: %v", i, j, g, err)
					}
				}
			}
		}
		for other := range g {
			exchanged := with(g, groups[other])
			exchanged[other] = group
			if err := slip(exchanged); !names(err, other) {
				t.Fatalf("groups %d and %d exchanged: %v", g, other, err)
			}
		}
	}
	for _, text := range []string{
		"IK1 ledger.example.org 90211 " + strings.Join(groups, " "), "IK1 ledger.example.net 90210 " + strings.Join(groups, " "),
		"", "IK1", "IK1 ledger.example.org", "IK1 ledger.example.org " + strings.Join(groups, " "),
		"IK1 ledger.example.org 90210 " + strings.Join(groups[1:], " "), "IK1 ledger.example.org 99999999999999999999999 " + strings.Join(groups, " "),
	} {
		if s, err := checkpoint.ParseShort(text); err == nil {
			t.Errorf("%q is heard as %+v", text, s)
		}
	}
}

func FuzzParseShort(f *testing.F) {
	f.Add(checkpoint.Checkpoint{Origin: "a", Size: 0}.Short().String())
	f.Add(checkpoint.Checkpoint{Origin: "ledger.example.org/audit", Size: 1<<64 - 1, Root: sha256.Sum256(nil)}.Short().String())
	f.Add("ik1 x 12 oil")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := checkpoint.ParseShort(text)
		if err != nil {
			return
		}
		if again, err := checkpoint.ParseShort(s.String()); err != nil || again != s {
			t.Fatalf("%q is heard as %q and that as %+v, %v", text, s, again, err)
		}
	})
}
