package health

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	if found := Folder("disk", dir); Worst(found) == Bad {
		t.Errorf("a fresh folder: %v", found)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("the look left %v behind", left)
	}
	if found := Folder("disk", filepath.Join(dir, "none")); Worst(found) != Bad {
		t.Errorf("no folder: %v", found)
	}
}

func TestSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if found := Secret("keys", path); Worst(found) != Bad {
		t.Errorf("a missing key: %v", found)
	}
	for mode, want := range map[os.FileMode]Level{0o600: Good, 0o400: Good, 0o640: Warning, 0o604: Warning} {
		os.Remove(path)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if found := Secret("keys", path); Worst(found) != want {
			t.Errorf("mode %04o: %v, want %v", mode, found, want)
		}
	}
}

func TestReachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if found := Reachable("mail", l.Addr().String()); Worst(found) != Good {
		t.Errorf("a listener: %v", found)
	}
	l.Close()
	if found := Reachable("mail", l.Addr().String()); Worst(found) != Bad {
		t.Errorf("nobody: %v", found)
	}
}

func TestClock(t *testing.T) {
	now := time.Now()
	if found := Clock(now, now.Add(2*time.Minute)); Worst(found) != Bad {
		t.Errorf("a clock behind the records: %v", found)
	}
	if found := Clock(now, now.Add(-time.Hour)); Worst(found) == Bad {
		t.Errorf("a clock ahead of the records: %v", found)
	}
}
