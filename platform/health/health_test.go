package health

import (
	"strings"
	"testing"
)

// Ensure that a finding is told with what to do about it, and a good one without.
func TestFindingsAreTold(t *testing.T) {
	all := []Finding{
		Ok("clock", "is right to within %d ms", 3),
		Warn("disk", "Free some.", "%d %% is free", 9),
		Wrong("keys", "Put it back.", "records.key is missing"),
	}
	var out strings.Builder
	if err := Write(&out, all); err != nil {
		t.Fatal(err)
	}
	want := `good  clock          is right to within 3 ms
look  disk           9 % is free
                     → Free some.
BAD   keys           records.key is missing
                     → Put it back.
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
	for n, level := range []Level{Good, Good, Warning, Bad} {
		if got := Worst(all[:n]); got != level {
			t.Errorf("worst of the first %d: %v, want %v", n, got, level)
		}
	}
}
