// Package health is what is found out about a node, in words: what is as it
// should be, what soon will not be, what is wrong, and how to mend it. Each part
// of the platform looks at itself and gives findings; intikhab doctor shows them.
// TestFindingsAreTold shows how.
package health

import (
	"fmt"
	"io"
	"strings"
)

// Level is how much a finding matters.
type Level int

// The levels, the worst last.
const (
	Good    Level = iota // as it should be
	Warning              // works, and should be seen to
	Bad                  // does not work, or will lose something
)

// String is the level as the doctor prints it.
func (l Level) String() string { return [...]string{"good", "look", "BAD"}[l] }

// A Finding is one thing that was found out. Mend says what to do; a good finding
// has none.
type Finding struct {
	About string // "database", "clock", …
	Level Level
	Says  string
	Mend  string
}

// Ok is a good finding.
func Ok(about, format string, args ...any) Finding {
	return Finding{About: about, Says: fmt.Sprintf(format, args...)}
}

// Warn is a finding that should be seen to.
func Warn(about, mend, format string, args ...any) Finding {
	return Finding{about, Warning, fmt.Sprintf(format, args...), mend}
}

// Wrong is a finding of something that does not work.
func Wrong(about, mend, format string, args ...any) Finding {
	return Finding{about, Bad, fmt.Sprintf(format, args...), mend}
}

// Worst is the level of the worst finding.
func Worst(all []Finding) Level {
	worst := Good
	for _, f := range all {
		worst = max(worst, f.Level)
	}
	return worst
}

// Write tells the findings, one a line, with what to do below those that need it.
func Write(w io.Writer, all []Finding) error {
	var out strings.Builder
	for _, f := range all {
		fmt.Fprintf(&out, "%-5s %-14s %s\n", f.Level, f.About, f.Says)
		if f.Mend != "" {
			fmt.Fprintf(&out, "%20s → %s\n", "", f.Mend)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}
