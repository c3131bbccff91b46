package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// stateLock holds the state folder for one running service, and tells others
// which process that is and which roll it answers from.
type stateLock struct {
	dir string
	pid *os.File
}

// published is what the service tells of the roll it was last given.
type published struct {
	Root  string `json:"root,omitempty"`
	Error string `json:"error,omitempty"`
}

func lockState(dir string) (*stateLock, error) {
	f, err := os.OpenFile(statePath(dir, "pid"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("state.dir: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		pid, _ := holder(f)
		f.Close()
		return nil, fmt.Errorf("state.dir: process %d works with the folder %s already: end it, or give this one a folder of its own", pid, dir)
	}
	if err := f.Truncate(0); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		f.Close()
		return nil, err
	}
	return &stateLock{dir, f}, nil
}

func (l *stateLock) release() { l.pid.Close() }

// tell writes which roll is in use, in one step. Where it cannot, the service goes
// on, and whoever publishes finds why in its log.
func (l *stateLock) tell(p published) {
	path := statePath(l.dir, "roll.json")
	b, err := json.Marshal(p)
	if err == nil {
		err = os.WriteFile(path+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		slog.Error("which roll is in use cannot be told to intikhab roll publish", "error", err)
	}
}

// errNotRunning is returned where no service holds the state folder.
var errNotRunning = errors.New("no service is running")

// runningService returns the process that holds a state folder.
func runningService(dir string) (*os.Process, error) {
	f, err := os.Open(statePath(dir, "pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("whether a service is running cannot be seen: %w", err)
	}
	defer f.Close()
	// Who can lock it is alone with it.
	if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return nil, errNotRunning
	}
	pid, err := holder(f)
	if err != nil {
		return nil, err
	}
	return os.FindProcess(pid)
}

// holder reads which process holds the lock.
func holder(f *os.File) (pid int, err error) {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	if pid, err = strconv.Atoi(strings.TrimSpace(string(b[:n]))); err != nil {
		return 0, fmt.Errorf("%s does not name a process: %w", f.Name(), err)
	}
	return pid, nil
}

// readPublished reads what the service last told.
func readPublished(dir string) (p published, err error) {
	b, err := os.ReadFile(statePath(dir, "roll.json"))
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(b, &p)
}
