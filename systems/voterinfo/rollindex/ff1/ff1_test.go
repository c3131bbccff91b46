package ff1

import (
	"crypto/aes"
	"encoding/hex"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// specification is algorithm 7 of SP 800-38G (FF1.Encrypt) for radix 10, written
// from the text with big integers and no thought of speed.
func specification(t testing.TB, key, tweak []byte, digits string) string {
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	n := len(digits)
	u := n / 2
	v := n - u
	a, b := digits[:u], digits[u:]
	ten := big.NewInt(10)
	power := func(m int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(m)), nil) }
	top := new(big.Int).Sub(power(v), big.NewInt(1))
	bLen := (top.BitLen() + 7) / 8
	d := 4*((bLen+3)/4) + 4
	tl := len(tweak)
	p := []byte{1, 2, 1, 0, 0, 10, 10, byte(u), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), byte(tl >> 24), byte(tl >> 16), byte(tl >> 8), byte(tl)}
	for i := 0; i < 10; i++ {
		q := append([]byte{}, tweak...)
		q = append(q, make([]byte, ((-tl-bLen-1)%16+16)%16)...)
		q = append(q, byte(i))
		num, _ := new(big.Int).SetString(b, 10)
		q = append(q, num.FillBytes(make([]byte, bLen))...)
		r := make([]byte, 16)
		for _, in := range [][]byte{p, q} {
			for len(in) > 0 {
				for j := range 16 {
					r[j] ^= in[j]
				}
				block.Encrypt(r, r)
				in = in[16:]
			}
		}
		y := new(big.Int).SetBytes(r[:d]) // d <= 16 for every length tried here
		m := u
		if i%2 == 1 {
			m = v
		}
		numA, _ := new(big.Int).SetString(a, 10)
		c := numA.Add(numA, y).Mod(numA, power(m)).String()
		for len(c) < m {
			c = "0" + c
		}
		a, b = b, c
	}
	return a + b
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// The slow copy reproduces samples 1 and 2 of NIST's FF1 examples.
func TestSpecificationSamples(t *testing.T) {
	key := unhex("2b7e151628aed2a6abf7158809cf4f3c")
	if got := specification(t, key, nil, "0123456789"); got != "2433477484" {
		t.Errorf("sample 1: %s, want 2433477484", got)
	}
	if got := specification(t, key, unhex("39383736353433323130"), "0123456789"); got != "6124200773" {
		t.Errorf("sample 2: %s, want 6124200773", got)
	}
}

func TestAgainstSpecification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key")
		n := rapid.Uint64Range(0, Space-1).Draw(t, "n")
		c, err := New(key)
		if err != nil {
			t.Fatal(err)
		}
		var s Scratch
		got := c.Encrypt(&s, n)
		digits := new(big.Int).SetUint64(n + Space).String()[1:]
		want, _ := new(big.Int).SetString(specification(&testing.T{}, key, nil, digits), 10)
		if got != want.Uint64() {
			t.Fatalf("%013d -> %013d, the standard gives %013d", n, got, want)
		}
		if back := c.Decrypt(&s, got); back != n {
			t.Fatalf("%013d comes back as %013d", n, back)
		}
		batch := []uint64{n, (n + 1) % Space, n}
		c.EncryptBatch(&s, batch)
		if batch[0] != got || batch[2] != got || batch[1] != c.Encrypt(&s, (n+1)%Space) {
			t.Fatalf("batch and single differ for %013d", n)
		}
	})
}

func BenchmarkEncrypt(b *testing.B) {
	c, _ := New(make([]byte, 16))
	var s Scratch
	n := uint64(4230149640001)
	for b.Loop() {
		n = c.Encrypt(&s, n)
	}
}

func BenchmarkEncryptBatch(b *testing.B) {
	c, _ := New(make([]byte, 16))
	var s Scratch
	var ns [BatchSize]uint64
	for i := range ns {
		ns[i] = uint64(i) * 123456789
	}
	for i := 0; i < b.N; i += BatchSize {
		c.EncryptBatch(&s, ns[:])
	}
}
