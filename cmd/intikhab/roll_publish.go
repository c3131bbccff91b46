package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// rollPublish puts an index into the place that the configuration names and has
// the running service take it.
type rollPublish struct {
	File   string `arg:"" type:"path" help:"The new index."`
	Config string `required:"" type:"path" placeholder:"FILE" help:"The service's configuration file."`
	// Who publishes has no access to what systemd gives the service alone.
	KeyFile string `type:"path" placeholder:"KEY" help:"File with the roll's key, where the configuration's cannot be read here."`
}

// publishPatience is how long the service may take to open a roll: a nation's
// index is read from the disk and checked in seconds.
const publishPatience = 2 * time.Minute

func (c *rollPublish) Run(ctx context.Context) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	from := cfg.Roll
	if from.File = c.File; c.KeyFile != "" {
		from.KeyFile, from.KeyEnv, from.KeyCredential = c.KeyFile, "", ""
	}
	roll, err := from.open()
	if err != nil {
		return fmt.Errorf("not published: %w", err)
	}
	// One publication at a time; the lock ends with the process.
	lock, err := os.Open(c.Config)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("not published: somebody else is publishing with %s just now", c.Config)
	}
	// Who cannot tell the service does not replace its file either.
	if _, err := runningService(cfg.State.Dir); err != nil && !errors.Is(err, errNotRunning) {
		return fmt.Errorf("not published: %w", err)
	}
	info := roll.Info()
	if err := replaceFile(cfg.Roll.File, c.File); err != nil {
		return fmt.Errorf("not published: %w", err)
	}
	fmt.Printf("%s is now %q of %s, %s voters, root %s\n", cfg.Roll.File, info.Name, info.Frozen.Format(time.DateOnly), thousands(info.Voters), info.Root)
	service, err := runningService(cfg.State.Dir)
	if errors.Is(err, errNotRunning) {
		fmt.Println("no service is running here; the next start uses it")
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.Remove(statePath(cfg.State.Dir, "roll.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := service.Signal(syscall.SIGHUP); err != nil {
		return fmt.Errorf("the service (process %d) cannot be told: %w", service.Pid, err)
	}
	for end := time.Now().Add(publishPatience); time.Now().Before(end); {
		if p, err := readPublished(cfg.State.Dir); err == nil {
			switch {
			case p.Error != "":
				return fmt.Errorf("the service goes on with the roll before, but %s is the new one already: publish one that it takes before its next start: %s", cfg.Roll.File, p.Error)
			case p.Root == info.Root:
				fmt.Println("the service answers from it")
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("the service (process %d) has not said within %v that it took the roll: look at its log", service.Pid, publishPatience)
}

// replaceFile gives a copy of a file another's name. After it returns, the name
// leads to the whole copy, which is on the disk; before, to what it led to. The
// copy has owner and mode of what it replaces, so that who could read that can
// read it. A kill before its end leaves the copy beside it, under a name that
// begins with a dot.
func replaceFile(name, from string) error {
	if a, err := os.Stat(name); err == nil {
		if b, err := os.Stat(from); err == nil && os.SameFile(a, b) {
			return nil
		}
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) // fails when all went well
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	if err := likeBefore(out, name, from); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// likeBefore gives a file the owner and mode of the one it is to replace, or the
// mode of the one it is a copy of where there is none.
func likeBefore(out *os.File, name, from string) error {
	before, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) {
		if before, err = os.Stat(from); err == nil {
			err = out.Chmod(before.Mode().Perm())
		}
		return err
	}
	if err != nil {
		return err
	}
	if owner, ok := before.Sys().(*syscall.Stat_t); ok && (int(owner.Uid) != os.Geteuid() || int(owner.Gid) != os.Getegid()) {
		if err := out.Chown(int(owner.Uid), int(owner.Gid)); err != nil {
			return fmt.Errorf("%s belongs to somebody else and its copy cannot be given to them: publish as that user or as root: %w", name, err)
		}
	}
	return out.Chmod(before.Mode().Perm())
}
