package format

import (
	"slices"
	"testing"
)

func FuzzSplits(f *testing.F) {
	f.Add(SplitRow{5, 1, 1}.Append(SplitRow{4, 200, 2}.Append(SplitRow{4, 1, 1}.Append(nil))))
	f.Add(SplitRow{4, 1, 1}.Append(nil))
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := ParseSplits(b, 2, 3)
		if err != nil {
			return
		}
		var again []byte
		for _, row := range rows {
			if row.List > 5 || row.Station == 0 || row.Station > 3 {
				t.Errorf("%+v is taken", row)
			}
			again = row.Append(again)
		}
		if !slices.Equal(again, b) {
			t.Errorf("%x becomes %x", b, again)
		}
	})
}
