package freeze

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary runs itself as a freeze that stops in the middle, or that has
// no room on the disk.
func TestMain(m *testing.M) {
	switch os.Getenv("INTIKHAB_TEST_FREEZE") {
	case "stop":
		c := childConfig()
		c.Progress = func(s Stage, done, total uint64) {
			if string(s) == os.Getenv("INTIKHAB_TEST_STAGE") {
				fmt.Println("stopped")
				select {} // until the kill
			}
		}
		Freeze(context.Background(), c)
		os.Exit(3)
	case "full":
		// A write beyond the limit fails as on a full disk does.
		signal.Ignore(syscall.SIGXFSZ)
		limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
		_, err := Freeze(context.Background(), childConfig())
		fmt.Println(err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func childConfig() Config {
	dir := os.Getenv("INTIKHAB_TEST_DIR")
	return Config{
		Voters: filepath.Join(dir, "voters.csv"), Areas: filepath.Join(dir, "areas.csv"), Stations: filepath.Join(dir, "stations.csv"),
		Out: filepath.Join(dir, "roll.index"), Key: testKey, Name: "Child", Date: time.Date(2027, 1, 21, 0, 0, 0, 0, time.UTC),
	}
}

func child(c Config, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append(env, "INTIKHAB_TEST_DIR="+filepath.Dir(c.Out))...)
	cmd.Stderr = os.Stderr
	return cmd
}

// manyVoters is a roll whose index is longer than buffers are.
func manyVoters() string {
	var b strings.Builder
	b.WriteString(voterHead)
	for i := range 100_000 {
		fmt.Fprintf(&b, "%013d,44016040%d,%c,%d,%d\n", i*7919, 4+i%2, "MF"[i%2], i/2+1, i/9)
	}
	return b.String()
}

// untouched checks that an earlier index answers as before and that nothing but
// the given files is there.
func untouched(t *testing.T, c Config, more ...string) {
	t.Helper()
	roll := open(t, c)
	if got := lookup(t, roll, "3520112345671"); got != "440160404 M 1 1 M1" || roll.Info().Name != "Test" {
		t.Errorf("the earlier index of %q says %s", roll.Info().Name, got)
	}
	want := append([]string{"areas.csv", "roll.index", "stations.csv", "voters.csv"}, more...)
	slices.Sort(want)
	if got := names(t, filepath.Dir(c.Out)); !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
}

func earlierIndex(t *testing.T) Config {
	t.Helper()
	c := config(t, smallVoters, smallAreas, smallStations)
	mustFreeze(t, c)
	if err := os.WriteFile(c.Voters, []byte(manyVoters()), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// A freeze that is killed in the middle leaves the earlier index and its partial
// file; while it lives another one is refused, and the next one overwrites what
// it left.
func TestKilled(t *testing.T) {
	for _, stage := range []Stage{Placing, Writing} {
		t.Run(string(stage), func(t *testing.T) {
			c := earlierIndex(t)
			cmd := child(c, "INTIKHAB_TEST_FREEZE=stop", "INTIKHAB_TEST_STAGE="+string(stage))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(out).ReadString('\n'); line != "stopped\n" {
				t.Errorf("the child says %q, %v", line, err)
			}
			if _, err := Freeze(context.Background(), c); err == nil || !strings.Contains(err.Error(), "another freeze is writing") {
				t.Errorf("two at once: %v", err)
			}
			cmd.Process.Kill()
			cmd.Wait()
			untouched(t, c, ".roll.index.partial", "roll.index.rejects.csv")
			report, roll := mustFreeze(t, c)
			if report.Voters != 100_000 || roll.Info().Voters != 100_000 {
				t.Errorf("afterwards: %+v", report)
			}
			if err := roll.Verify(context.Background(), nil); err != nil {
				t.Error(err)
			}
			if got := names(t, filepath.Dir(c.Out)); !slices.Equal(got, []string{"areas.csv", "roll.index", "stations.csv", "voters.csv"}) {
				t.Errorf("left: %q", got)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	for _, stage := range []Stage{Reading, Placing, Writing} {
		c := earlierIndex(t)
		ctx, cancel := context.WithCancel(context.Background())
		c.Progress = func(s Stage, _, _ uint64) {
			if s == stage {
				cancel()
			}
		}
		if _, err := Freeze(ctx, c); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", stage, err)
		}
		cancel()
		untouched(t, c)
	}
}

func TestDiskFull(t *testing.T) {
	c := earlierIndex(t)
	out, err := child(c, "INTIKHAB_TEST_FREEZE=full").Output()
	if err != nil || !strings.Contains(string(out), "file too large") {
		t.Errorf("%s %v", out, err)
	}
	untouched(t, c)
}

// An index whose name was just given by the freeze before is not taken for a
// partial file that was left.
func TestFinishedIndexIsNotTruncated(t *testing.T) {
	dir := t.TempDir()
	partial, final := filepath.Join(dir, ".i.partial"), filepath.Join(dir, "i")
	first, err := create(final)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create(final); err == nil {
		t.Fatal("two at once")
	}
	if err := first.skip(10); err != nil {
		t.Fatal(err)
	}
	if err := first.commit([]byte("HEAD")); err != nil {
		t.Fatal(err)
	}
	second, err := create(final) // before the first lets go
	if err != nil {
		t.Fatal(err)
	}
	first.close()
	if _, err := os.Stat(partial); err != nil {
		t.Errorf("the first has taken the second's file away: %v", err)
	}
	if b, err := os.ReadFile(final); err != nil || len(b) != 10 {
		t.Errorf("the finished file: %q %v", b, err)
	}
	second.close()
	if _, err := os.Stat(partial); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was not committed is left: %v", err)
	}
}
