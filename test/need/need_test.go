package need

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// spy is a test that only records how it ended.
type spy struct {
	testing.TB
	ending string
}

func (s *spy) Helper()           {}
func (s *spy) Fatal(args ...any) { s.end("failed: ", args) }
func (s *spy) Skip(args ...any)  { s.end("skipped: ", args) }
func (s *spy) end(how string, args []any) {
	s.ending = how + fmt.Sprint(args...)
	runtime.Goexit()
}

func ending(test func(t testing.TB)) string {
	s := &spy{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(s)
	}()
	<-done
	return s.ending
}

func TestMissing(t *testing.T) {
	missing := func(t testing.TB) { Program(t, "no package", "no-such-program-as-this") }
	t.Setenv("INTIKHAB_REQUIRE", "")
	if got, want := ending(missing), "skipped: no no-such-program-as-this: no package brings it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	t.Setenv("INTIKHAB_REQUIRE", "all")
	if got := ending(missing); !strings.HasPrefix(got, "failed: INTIKHAB_REQUIRE") {
		t.Errorf("%q does not fail", got)
	}
	t.Setenv("INTIKHAB_SHARED", t.TempDir())
	if got := ending(func(t testing.TB) { Shared(t, "data", "nothing") }); !strings.Contains(got, "no shared data") {
		t.Errorf("%q does not tell that the data are missing", got)
	}
}
