package vault

import (
	"bytes"
	"testing"
)

// The three that every row of a roll costs, for 200 bytes of particulars.

func BenchmarkSeal(b *testing.B) {
	keys, plain := New(day), bytes.Repeat([]byte("x"), 200)
	b.ReportAllocs()
	for b.Loop() {
		keys.Seal("rolls_entry", "particulars", "123456789", plain)
	}
}

func BenchmarkOpen(b *testing.B) {
	keys := New(day)
	sealed := keys.Seal("rolls_entry", "particulars", "123456789", bytes.Repeat([]byte("x"), 200))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Open("rolls_entry", "particulars", "123456789", sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	keys := New(day)
	b.ReportAllocs()
	for b.Loop() {
		keys.Index("rolls_entry.particulars", "3520112345671")
	}
}
