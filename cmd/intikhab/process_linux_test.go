package main

import (
	"os/exec"
	"syscall"
)

// dieWithTest has the process killed when the test binary ends in any way.
func dieWithTest(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
