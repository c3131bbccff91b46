package bus_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"intikhab/test/need"
)

// listening are the addresses on which this process listens, as Linux tells.
func listening(t testing.TB) map[string]bool {
	t.Helper()
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(fds) == 0 {
		need.Missing(t, "no /proc/self/fd: which ports a process listens on is not to be told here")
	}
	mine := map[string]bool{}
	for _, fd := range fds {
		if name, err := os.Readlink(fd); err == nil && strings.HasPrefix(name, "socket:[") {
			mine[strings.TrimSuffix(strings.TrimPrefix(name, "socket:["), "]")] = true
		}
	}
	ports := map[string]bool{}
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		content, err := os.ReadFile(table)
		if err != nil {
			continue // no such kind of address
		}
		for _, line := range strings.Split(string(content), "\n") {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" && mine[f[9]] {
				ports[f[1]] = true
			}
		}
	}
	return ports
}
