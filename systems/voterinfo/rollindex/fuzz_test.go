package rollindex_test

import (
	"bytes"
	"context"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
)

// FuzzOpen: whatever the bytes, a roll or an error. With sign the digests and
// the MAC are made to fit first, so that what stands behind them is reached;
// then whatever was signed, looking up and verifying end without a panic. The
// bytes lie in a slice that ends with them, so reading outside would be one.
func FuzzOpen(f *testing.F) {
	roll, small := some(f, 7)
	_, medium := some(f, 300)
	for _, b := range [][]byte{small, medium} {
		f.Add(b, false)
		f.Add(b, true)
	}
	f.Add(bytes.Repeat([]byte{0}, 200), true)
	f.Fuzz(func(t *testing.T, b []byte, resign bool) {
		if resign {
			b = bytes.Clone(b)
			sign(b, testKey)
		}
		r, err := rollindex.OpenBytes(b[:len(b):len(b)], testKey)
		if err != nil {
			return
		}
		var numbers []cnic.Number
		for _, row := range roll.rows {
			n, _ := cnic.FromUint64(row.number)
			numbers = append(numbers, n)
		}
		for i := range uint64(40) {
			n, _ := cnic.FromUint64(i * (cnic.Space / 40))
			numbers = append(numbers, n)
		}
		entries, found := make([]rollindex.Entry, len(numbers)), make([]bool, len(numbers))
		r.LookupMany(numbers, entries, found)
		for i, n := range numbers {
			if e, ok := r.Lookup(n); e != entries[i] || ok != found[i] {
				t.Errorf("one by one %+v %v, together %+v %v", e, ok, entries[i], found[i])
			}
		}
		r.Verify(context.Background(), nil)
	})
}
