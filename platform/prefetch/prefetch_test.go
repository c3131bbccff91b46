package prefetch

import "testing"

// Ensure that it takes whatever there is to point at, and changes nothing.
func TestLine(t *testing.T) {
	table := make([]uint64, 1000)
	for i := range table {
		table[i] = uint64(i)
		Line(&table[i])
	}
	for i, v := range table {
		if v != uint64(i) {
			t.Fatalf("entry %d is %d", i, v)
		}
	}
	String("")
	String("سلسلہ")
	Line((*int)(nil)) // asks for nothing, and is no fault
}
