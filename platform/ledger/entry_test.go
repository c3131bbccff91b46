package ledger_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"intikhab/platform/ledger"
)

// TestCommit: RFC 4231 has the values. HMAC fills a short key up with zeros, so that
// its keys of 20 and 4 bytes are salts too.
func TestCommit(t *testing.T) {
	for _, c := range []struct{ key, content, want string }{
		{strings.Repeat("0b", 20), hex.EncodeToString([]byte("Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{hex.EncodeToString([]byte("Jefe")), hex.EncodeToString([]byte("what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{strings.Repeat("aa", 20), strings.Repeat("dd", 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
	} {
		var salt [32]byte
		hex.Decode(salt[:], []byte(c.key))
		content, _ := hex.DecodeString(c.content)
		if got := ledger.Commit(salt, content); hex.EncodeToString(got[:]) != c.want {
			t.Errorf("%s: %x", c.content, got)
		}
	}
}

var someEntry = rapid.Custom(func(t *rapid.T) ledger.Entry {
	e := ledger.Entry{Kind: rapid.StringMatching(`[a-z][a-z0-9-]{0,31}`).Draw(t, "kind"), Number: rapid.Uint64Min(1).Draw(t, "number")}
	copy(e.Commitment[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "commitment"))
	return e
})

func TestEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := someEntry.Draw(t, "entry")
		if got, err := ledger.ParseEntry(e.Bytes()); err != nil || got != e {
			t.Fatalf("%q: %+v %v", e.Bytes(), got, err)
		}
	})
	hash := base64.StdEncoding.EncodeToString(make([]byte, 32))
	if got := string(ledger.Entry{Kind: "audit", Number: 41}.Bytes()); got != "intikhab/audit v1\n41\n"+hash+"\n" {
		t.Errorf("an entry is %q", got)
	}
	for _, bad := range []string{
		"", "intikhab/audit v1\n1\n" + hash, "intikhab/audit v1\n1\n" + hash + "\n\n", "intikhab/audit v2\n1\n" + hash + "\n",
		"intikhab/Audit v1\n1\n" + hash + "\n", "intikhab/ v1\n1\n" + hash + "\n", "intikhab/1a v1\n1\n" + hash + "\n",
		"intikhab/" + strings.Repeat("a", 33) + " v1\n1\n" + hash + "\n", "audit v1\n1\n" + hash + "\n",
		"intikhab/audit v1\n0\n" + hash + "\n", "intikhab/audit v1\n01\n" + hash + "\n", "intikhab/audit v1\n\n" + hash + "\n",
		"intikhab/audit v1\n18446744073709551616\n" + hash + "\n", "intikhab/audit v1\n99999999999999999999\n" + hash + "\n", "intikhab/audit v1\n+1\n" + hash + "\n",
		"intikhab/audit v1\n1\n" + strings.Replace(hash, "A=", "B=", 1) + "\n", "intikhab/audit v1\n1\n" + hash[1:] + "\n",
		"intikhab/audit v1\n1\n" + base64.StdEncoding.EncodeToString(make([]byte, 33)) + "\n", "intikhab/audit v1\n1\n" + strings.Repeat("A", 44) + "\n",
	} {
		if e, err := ledger.ParseEntry([]byte(bad)); err == nil {
			t.Errorf("%q is read as %+v", bad, e)
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	f.Add(ledger.Entry{Kind: "audit", Number: 41}.Bytes())
	f.Add(ledger.Entry{Kind: "form-45", Number: 1<<64 - 1, Commitment: ledger.Commit([32]byte{}, nil)}.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := ledger.ParseEntry(b); err == nil && !bytes.Equal(e.Bytes(), b) {
			t.Fatalf("%q is read as %+v, which is written %q", b, e, e.Bytes())
		}
	})
}

func FuzzSplitBundle(f *testing.F) {
	f.Add([]byte{0, 1, 'a', 0, 0, 0, 2, 'b', 'c'})
	f.Add([]byte{0, 2, 'a'})
	f.Add([]byte{0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := ledger.SplitBundle(b)
		var whole []byte
		for _, e := range entries {
			whole = append(append(whole, byte(len(e)>>8), byte(len(e))), e...)
		}
		if !bytes.HasPrefix(b, whole) || err == nil && len(whole) != len(b) || len(entries) > ledger.TileWidth {
			t.Fatalf("%x is read as %q, %v", b, entries, err)
		}
	})
}
