package health

import (
	"fmt"
	"net"
	"os"
	"time"
)

// Free space below which a folder is found wanting. A ledger, a database and a
// queue that cannot write stop the office, and nothing that they hold can be thrown
// away to make room.
const (
	littleSpace  = 2 << 30 // bytes: see to it
	noSpace      = 200 << 20
	littleFiles  = 10_000 // inodes
	refusedAfter = 3 * time.Second
)

// Folder looks at a folder in which something is kept: is it there, may it be
// written, is there room.
func Folder(about, path string) []Finding {
	probe, err := os.CreateTemp(path, ".doctor-*")
	if err != nil {
		return []Finding{Wrong(about, "Make the folder, and give it to the service's user (chown, chmod 0700).", "%v", err)}
	}
	probe.Close()
	os.Remove(probe.Name())
	free, files, err := space(path)
	switch {
	case err != nil:
		return []Finding{Warn(about, "", "room in %s cannot be told: %v", path, err)}
	case free < noSpace:
		return []Finding{Wrong(about, "Make room now: at none, nothing can be recorded.", "%s has %s left", path, bytes(free))}
	case free < littleSpace:
		return []Finding{Warn(about, "Make room, or give it a larger disk.", "%s has %s left", path, bytes(free))}
	case files < littleFiles:
		return []Finding{Warn(about, "Make room for more files (inodes), which the ledger needs.", "%s has room for %d more files", path, files)}
	}
	return []Finding{Ok(about, "%s can be written, %s are free", path, bytes(free))}
}

// Secret looks at a file with a key: is it there, and can nobody else read it.
func Secret(about, path string) []Finding {
	info, err := os.Stat(path)
	if err != nil {
		return []Finding{Wrong(about, "Put it back from where its copy is kept; a new one does not open what the old one closed.", "%v", err)}
	}
	f, err := os.Open(path)
	if err != nil {
		return []Finding{Wrong(about, "Give the file to the service's user.", "%v", err)}
	}
	f.Close()
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return []Finding{Warn(about, fmt.Sprintf("chmod 0600 %s, and think about who has read it.", path), "%s may be read by others than its owner (mode %04o)", path, mode)}
	}
	return []Finding{Ok(about, "%s is there, for its owner only", path)}
}

// Reachable looks whether something listens at HOST:PORT.
func Reachable(about, address string) []Finding {
	conn, err := net.DialTimeout("tcp", address, refusedAfter)
	if err != nil {
		return []Finding{Wrong(about, "Look at the address in the settings, at the firewall, and whether it runs there.", "%v", err)}
	}
	conn.Close()
	return []Finding{Ok(about, "%s answers", address)}
}

func bytes(n uint64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
