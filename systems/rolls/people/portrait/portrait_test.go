package portrait

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image/jpeg"
	"testing"
)

// Ensure that pixels are the same on every machine: the hash was taken on one.
func TestPixels(t *testing.T) {
	h := sha256.New()
	for key := range uint64(8) {
		h.Write(Draw(Of{Key: key, Woman: key%2 == 1, Age: 20 + int(key)*10}).Pix)
	}
	const want = "f72ac486d7230e4b"
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != want {
		t.Errorf("pixels have the hash %s, not %s: if they were meant to change, write the new one here", got, want)
	}
}

// Ensure that files have the size of a roll's photographs, can be read, and tell people
// apart.
func TestFiles(t *testing.T) {
	seen := map[string]uint64{}
	least, most := 1<<20, 0
	for key := range uint64(400) {
		b := JPEG(Of{Key: key * 7919, Woman: key%2 == 1, Age: 18 + int(key%80)})
		least, most = min(least, len(b)), max(most, len(b))
		c, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width != Width || c.Height != Height {
			t.Fatalf("portrait %d: %v, %v", key, c, err)
		}
		if !bytes.Equal(b, JPEG(Of{Key: key * 7919, Woman: key%2 == 1, Age: 18 + int(key%80)})) {
			t.Errorf("portrait %d drawn twice differs", key)
		}
		if other, ok := seen[string(b)]; ok {
			t.Errorf("portraits %d and %d are alike", other, key)
		}
		seen[string(b)] = key
	}
	if least < 2500 || most > 5500 {
		t.Errorf("files have from %d to %d bytes", least, most)
	}
	t.Logf("%d to %d bytes", least, most)
}

func BenchmarkJPEG(b *testing.B) {
	for i := uint64(0); b.Loop(); i++ {
		JPEG(Of{Key: i, Age: 30})
	}
}
