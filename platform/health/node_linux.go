package health

import (
	"time"

	"golang.org/x/sys/unix"
)

func space(path string) (free, files uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, 0, err
	}
	if s.Files == 0 { // a file system without a table of files
		s.Ffree = 1 << 40
	}
	return s.Bavail * uint64(s.Bsize), s.Ffree, nil
}

// unsynchronised is the status bit of adjtimex(2) that says that nobody sets the
// clock, and maxError how far off it may be, in microseconds.
const (
	unsynchronised = unix.STA_UNSYNC
	maxError       = int64(time.Second / time.Microsecond)
)

// Clock looks at this machine's clock: does anything keep it right, and is it not
// behind latest, the last instant in the records. Sign-in codes, notes of the
// ledger and the hours of the law all hang on it.
func Clock(now, latest time.Time) []Finding {
	if behind := latest.Sub(now); behind > time.Minute {
		return []Finding{Wrong("clock", "Set the clock, and find out which of the two was wrong.",
			"says %s, but something was recorded at %s already", now.UTC().Format(time.RFC3339), latest.UTC().Format(time.RFC3339))}
	}
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return []Finding{Warn("clock", "", "whether it is kept right cannot be told: %v", err)}
	}
	if t.Status&unsynchronised != 0 || int64(t.Maxerror) > maxError {
		return []Finding{Warn("clock", "Run chrony or systemd-timesyncd against a server that the commission trusts.",
			"says %s UTC, and nothing keeps it right", now.UTC().Format("2006-01-02 15:04:05"))}
	}
	return []Finding{Ok("clock", "is kept right, to within %v", time.Duration(t.Maxerror)*time.Microsecond)}
}
