//go:build !linux

package health

import (
	"errors"
	"time"
)

func space(string) (free, files uint64, err error) {
	return 0, 0, errors.New("not on this operating system")
}

// Clock looks at this machine's clock; on other systems than Linux, only whether
// it is behind latest, the last instant in the records.
func Clock(now, latest time.Time) []Finding {
	if behind := latest.Sub(now); behind > time.Minute {
		return []Finding{Wrong("clock", "Set the clock, and find out which of the two was wrong.",
			"says %s, but something was recorded at %s already", now.UTC().Format(time.RFC3339), latest.UTC().Format(time.RFC3339))}
	}
	return []Finding{Warn("clock", "", "whether it is kept right cannot be told on this system")}
}
