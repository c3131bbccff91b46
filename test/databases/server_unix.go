//go:build unix

package databases

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// script runs the server until its standard input ends: that of a program ends with
// the program, killed or not, and so no server and no folder outlives a test. QUIT
// ends the server at once, without care for its files.
const script = `"$@" >server.log 2>&1 </dev/null & server=$!
cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "$PWD"`

// start runs a server that listens on a socket in a folder of its own. What is
// missing is told instead, if PostgreSQL can't run here.
func start(settings ...string) (where string, stop func(), missing string) {
	initdb, server := program("initdb"), program("postgres")
	if initdb == "" || server == "" {
		return "", nil, "no PostgreSQL (initdb and postgres in PATH or /usr/lib/postgresql): apt-get install postgresql brings it, and INTIKHAB_POSTGRES may name a server"
	}
	base, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", nil, err.Error()
	}
	fail := func(format string, args ...any) (string, func(), string) {
		os.RemoveAll(base)
		return "", nil, "PostgreSQL: " + fmt.Sprintf(format, args...)
	}
	// A group of its own, so that Ctrl-C reaches it through us only.
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 { // which the server refuses to run as
		if attr.Credential, err = nobody(); err != nil {
			return fail("it does not run as root, and %v", err)
		}
		if err := os.Chown(base, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return fail("%v", err)
		}
	}
	data := filepath.Join(base, "data")
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.SysProcAttr = base, attr
		cmd.Env = append(slices.DeleteFunc(os.Environ(), isPG), "LC_ALL=C", "TZ=UTC")
		return cmd
	}
	out, err := run(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput()
	if err != nil {
		return fail("initdb: %v\n%s", err, out)
	}
	args := []string{"-c", script, "sh", server, "-D", data, "-k", base, "-p", "5432", "-c", "listen_addresses="}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	cmd := run("sh", args...)
	hold, err := cmd.StdinPipe()
	if err != nil {
		return fail("%v", err)
	}
	if err := cmd.Start(); err != nil {
		return fail("%v", err)
	}
	stop = func() { hold.Close(); cmd.Wait() }
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {base}, "port": {"5432"}}.Encode()}
	for range 600 {
		c, err := pgx.Connect(context.Background(), u.String())
		if err == nil {
			c.Close(context.Background())
			return u.String(), stop, ""
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(base, "server.log"))
	stop()
	return fail("it did not start within half a minute\n%s", log)
}

func isPG(variable string) bool { return len(variable) > 2 && variable[:2] == "PG" }

// nobody gives a user whom the server runs as.
func nobody() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}
