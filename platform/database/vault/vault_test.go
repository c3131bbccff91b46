package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
	"pgregory.net/rapid"
)

var day = time.Date(2027, 1, 5, 10, 0, 0, 0, time.UTC)

func TestSealedOpens(t *testing.T) {
	keys := New(day)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		table, column, row := rapid.StringMatching(`[a-z_]{1,9}`).Draw(t, "table"), rapid.StringMatching(`[a-z_]{1,9}`).Draw(t, "column"), rapid.String().Draw(t, "row")
		sealed := keys.Seal(table, column, row, plain)
		if len(sealed) != len(plain)+Overhead {
			t.Fatalf("%d bytes became %d", len(plain), len(sealed))
		}
		if len(plain) > 3 && bytes.Contains(sealed, plain) {
			t.Fatal("the value can be read")
		}
		got, err := keys.Open(table, column, row, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%q, %v; want %q", got, err, plain)
		}
		if bytes.Equal(sealed, keys.Seal(table, column, row, plain)) {
			t.Fatal("the same value is sealed twice to the same bytes")
		}
	})
}

// TestSealedElsewhereIsRefused: a value opens in its own place only, unchanged.
func TestSealedElsewhereIsRefused(t *testing.T) {
	keys := New(day)
	sealed := keys.Seal("office_officer", "cnic", "17", []byte("3520112345671"))
	for _, p := range [][3]string{{"office_officer", "cnic", "18"}, {"office_officer", "email", "17"}, {"other", "cnic", "17"}, {"office_officer\x00cnic", "17", ""}} {
		if _, err := keys.Open(p[0], p[1], p[2], sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("%v: %v", p, err)
		}
	}
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := keys.Open("office_officer", "cnic", "17", bad); !errors.Is(err, ErrSealed) && !errors.Is(err, ErrNoKey) {
				t.Fatalf("byte %d, bit %d changed: %v", i, bit, err)
			}
		}
		_, err := keys.Open("office_officer", "cnic", "17", sealed[:i])
		if !errors.Is(err, ErrSealed) || strings.Contains(err.Error(), "35201") {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := New(day).Open("office_officer", "cnic", "17", sealed); !errors.Is(err, ErrNoKey) {
		t.Errorf("under another keyring: %v", err)
	}
	named := Named{keys}
	one, _ := named.Seal("sign-in key", []byte("x"))
	if got, err := named.Open("sign-in key", one); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := named.Open("other", one); !errors.Is(err, ErrSealed) {
		t.Errorf("under another name: %v", err)
	}
}

func TestIndex(t *testing.T) {
	keys := New(day)
	a := keys.Index("officer.cnic", "3520112345671")
	if !bytes.Equal(a, keys.Index("officer.cnic", "3520112345671")) {
		t.Error("the same value has two indexes")
	}
	for _, other := range [][]byte{keys.Index("officer.cnic", "3520112345672"), keys.Index("officer.other", "3520112345671"), New(day).Index("officer.cnic", "3520112345671")} {
		if bytes.Equal(a, other) {
			t.Error("another value, column or key has the same index")
		}
	}
	keys.Add(day)
	condition, args := keys.Match("cnic_index", "officer.cnic", "3520112345671")
	if condition != "cnic_index IN (?, ?)" || len(args) != 2 || !bytes.Equal(args[1].([]byte), a) || !bytes.Equal(args[0].([]byte), keys.Index("officer.cnic", "3520112345671")) {
		t.Errorf("%s %x", condition, args)
	}
}

// TestBytes computes a sealed value and a blind index from the secret as the comment
// in seal.go and the package's have it, so that what was sealed before a change of
// the code opens after it.
func TestBytes(t *testing.T) {
	keys := New(day)
	secret := keys.newest().secret
	derive := func(purpose string, length int) []byte {
		b, err := hkdf.Key(sha256.New, secret[:], nil, "intikhab vault 1 "+purpose, length)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	id := derive("id", 4)
	for range 3 { // what is used again may keep nothing of the time before
		m := hmac.New(sha256.New, derive("index", 32))
		m.Write([]byte("voter.particulars\x003520112345671"))
		if got, want := keys.Index("voter.particulars", "3520112345671"), append(bytes.Clone(id), m.Sum(nil)[:16]...); !bytes.Equal(got, want) {
			t.Errorf("index %x, want %x", got, want)
		}
		keys.Index("voter.particulars", strings.Repeat("x", 300))
	}
	sealed := keys.Seal("voter", "particulars", "17", []byte("plain"))
	aead, err := chacha20poly1305.NewX(derive("seal", 32))
	if err != nil {
		t.Fatal(err)
	}
	head := append([]byte{1}, id...)
	if !bytes.HasPrefix(sealed, head) {
		t.Errorf("head %x, want %x", sealed[:5], head)
	}
	got, err := aead.Open(nil, sealed[5:29], sealed[29:], append(head, "intikhab vault 1\x00voter\x00particulars\x0017"...))
	if err != nil || string(got) != "plain" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring")
	source := Source{File: path}
	if _, err := source.Read(); err == nil || !strings.Contains(err.Error(), "intikhab keys new") {
		t.Errorf("no file: %v", err)
	}
	keys := New(day)
	if err := keys.Write(path); err != nil {
		t.Fatal(err)
	}
	node, err := source.Read()
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	second := keys.Add(day.Add(time.Hour))
	if err := keys.Write(path); err != nil {
		t.Fatal(err)
	}
	sealed := keys.Seal("t", "c", "1", []byte("new"))
	if got, err := node.Open("t", "c", "1", sealed); err != nil || string(got) != "new" {
		t.Errorf("a node that was there before the key: %q, %v", got, err)
	}
	third := keys.Add(day.Add(2 * time.Hour))
	if err := keys.Write(path); err != nil {
		t.Fatal(err)
	}
	if node.Newest() != second {
		t.Error("a node has read its keyring again at once")
	}
	node.reread = node.reread.Add(-2 * rereadEvery)
	if node.Newest() != third || !slices.Equal(node.Keys(), keys.Keys()) {
		t.Errorf("read %v, wrote %v", node.Keys(), keys.Keys())
	}
	secret := strings.Fields(string(keys.Reveal()))
	for _, text := range []string{fmt.Sprint(keys), fmt.Sprintf("%#v", keys), fmt.Sprintf("%+v", keys)} {
		if strings.Contains(text, secret[len(secret)-3]) {
			t.Error("a keyring prints its secrets")
		}
	}
	os.Chmod(path, 0o640)
	if _, err := source.Read(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others may read: %v", err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", filepath.Dir(path))
	if _, err := (Source{Credential: "keyring"}).Read(); err != nil {
		t.Error(err)
	}
	t.Setenv("INTIKHAB_TEST_KEYRING", string(keys.Reveal()))
	if _, err := (Source{Env: "INTIKHAB_TEST_KEYRING"}).Read(); err != nil {
		t.Error(err)
	}
	if _, err := (Source{}).Read(); err == nil {
		t.Error("no source gives a keyring")
	}
}

func TestDamagedKeyring(t *testing.T) {
	keys := New(day)
	keys.Add(day)
	text := keys.Reveal()
	for i := range text {
		bad := bytes.Clone(text)
		bad[i] ^= 1
		if got, err := Parse(bad); err == nil && i < len(text)-1 {
			t.Errorf("byte %d changed and read as %v", i, got)
		}
		if got, err := Parse(text[:i]); err == nil && i < len(text)-1 {
			t.Errorf("cut to %d bytes and read as %v", i, got)
		}
	}
	first := keys.Keys()[0].ID
	if err := keys.Drop(keys.Newest()); err == nil {
		t.Error("the newest key was dropped")
	}
	if err := keys.Drop(first); err != nil || len(keys.Keys()) != 1 {
		t.Errorf("%v %v", err, keys)
	}
	if err := keys.Drop(first); err == nil {
		t.Error("dropped twice")
	}
	if id, err := ParseKeyID(first.String()); err != nil || id != first {
		t.Errorf("%v %v", id, err)
	}
	for _, bad := range []string{"", "1234567", "123456789a", "1234567x"} {
		if _, err := ParseKeyID(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	keys := New(day)
	f.Add(keys.Reveal())
	keys.Add(day)
	f.Add(keys.Reveal())
	f.Add([]byte(keyringHead + "key\n" + sumWord))
	f.Fuzz(func(t *testing.T, text []byte) {
		if k, err := Parse(text); err == nil {
			again, err := Parse(k.Reveal())
			if err != nil || !slices.Equal(again.Keys(), k.Keys()) {
				t.Errorf("%v became %v, %v", k.Keys(), again, err)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	keys := New(day)
	f.Add([]byte{})
	f.Add(make([]byte, Overhead))
	f.Add(append([]byte{sealedForm}, append(slices.Clone(keys.newest().id[:]), make([]byte, 60)...)...))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if _, err := keys.Open("t", "c", "r", sealed); err == nil {
			t.Error("opened what nobody sealed")
		}
	})
}
