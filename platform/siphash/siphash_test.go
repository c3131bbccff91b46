package siphash

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The paper's appendix: key 00 01 … 0f, input 00 01 … n-1. The values for n of
// 0, 1, 8, 15 and 63 are those of the reference implementation's table.
func TestReferenceVectors(t *testing.T) {
	var key [KeySize]byte
	var in [64]byte
	for i := range key {
		key[i] = byte(i)
	}
	for i := range in {
		in[i] = byte(i)
	}
	k := KeyFrom(key)
	for n, want := range map[int]uint64{
		0:  0x726fdb47dd0e0e31,
		1:  0x74f839c593dc67fd,
		8:  0x93f5f5799a932462,
		15: 0xa129ca6149be45e5,
		63: 0x958a324ceb064572,
	} {
		if got := k.Bytes(in[:n]); got != want {
			t.Errorf("Bytes of %d: %016x, want %016x", n, got, want)
		}
	}
	for n := range in {
		if k.Bytes(in[:n]) != k.Text(string(in[:n])) {
			t.Errorf("Bytes and Text differ at %d", n)
		}
	}
	if got := k.Uint64(binary.LittleEndian.Uint64(in[:8])); got != k.Bytes(in[:8]) {
		t.Errorf("Uint64: %016x", got)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.key")
	first, err := OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	again, err := OpenKeyFile(path)
	if err != nil || again != first {
		t.Errorf("the second opening gave another key (%v)", err)
	}
	//lint:ignore SA4000 each call makes another key
	if first == (Key{}) || NewKey() == NewKey() {
		t.Error("keys are not random")
	}
	if s := fmt.Sprintf("%v %+v %#v %s", first, first, first, first); s !=
		"siphash.Key(secret) siphash.Key(secret) siphash.Key(secret) siphash.Key(secret)" {
		t.Errorf("a key prints as %s", s)
	}
	os.WriteFile(path, []byte("abc\n"), 0o600)
	if _, err := OpenKeyFile(path); err == nil {
		t.Error("a broken key file was accepted")
	}
	if _, err := OpenKeyFile(filepath.Join(path, "no", "such")); err == nil {
		t.Error("a key was made where no file can be")
	}
}

func BenchmarkUint64(b *testing.B) {
	k := NewKey()
	var x uint64
	for b.Loop() {
		x = k.Uint64(x)
	}
}
