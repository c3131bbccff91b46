package peers

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"intikhab/platform/sms"
	"intikhab/test/need"
)

// TestKannelSMSC binds the gateway to drive_smpp, the SMSC with which Kannel tests
// its own SMPP driver. It speaks SMPP 3.4 by receiver and transmitter, sends an
// enquire_link after every message, counts its deliver_sm and enquire_link in one
// sequence, and answers submit_sm without a message_id. It writes down every PDU in
// the order in which it takes them, and that is what the test reads.
//
// drive_smpp listens on every interface: it cannot be told not to. It does so for
// the seconds that the test takes.
func TestKannelSMSC(t *testing.T) {
	const many = 300
	program := need.Program(t, "Debian's package kannel-extras", "/usr/lib/kannel/test/drive_smpp")

	// It wants to be the smsbox of a bearerbox too, at a port that is written into
	// it. Here is one that says nothing.
	box, err := net.Listen("tcp", "127.0.0.1:13001")
	if err != nil {
		need.Missing(t, "drive_smpp needs the port 13001, which somebody has: %v", err)
	}
	defer box.Close()
	dir := t.TempDir()
	config := filepath.Join(dir, "drive.conf")
	if err := os.WriteFile(config, []byte("group = core\nadmin-port = 1\nadmin-password = none\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "drive.log")
	port := freePort(t)
	cmd := exec.Command(program, "-v", "4", "-l", log, "-p", fmt.Sprint(port), "-m", fmt.Sprint(many), "-c", config)
	cmd.Dir = dir
	start(t, cmd)

	g := bind(t, sms.OperatorConfig{Address: fmt.Sprintf("127.0.0.1:%d", port), SystemID: "foo", Password: "bar", SystemType: "VMA",
		Mode: sms.ReceiverTransmitter, Window: 50}, echo)
	eventually(t, "every question is answered and acknowledged", func() bool {
		c := counts(g)
		return c.Answered == many && c.Acked == many
	})
	eventually(t, "drive_smpp has read all", func() bool { return count(t, log, "type deliver_sm_resp") == many })
	if c := counts(g); c.Malformed != 0 || c.Timeouts != 0 || c.Dropped != 0 || c.Binds[0].Sessions != 1 || c.Binds[1].Sessions != 1 {
		t.Errorf("%+v", c)
	}

	lines, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer lines.Close()
	var submitted, acked, replies int
	for scan := bufio.NewScanner(lines); scan.Scan(); {
		line := scan.Text()
		switch {
		case strings.Contains(line, "short_message = <"+notUnderstood+">"):
			replies++
		case strings.HasSuffix(line, "type submit_sm"):
			submitted++
		case strings.HasSuffix(line, "type deliver_sm_resp"):
			if acked++; acked > submitted {
				t.Fatalf("acknowledgement %d comes after %d replies", acked, submitted)
			}
		case strings.Contains(line, "PANIC") || strings.Contains(line, "ERROR"):
			t.Errorf("drive_smpp: %s", line)
		}
	}
	if replies != many {
		t.Errorf("drive_smpp read %d replies as they were meant, of %d", replies, many)
	}
}

// count counts the lines of a log that hold the words.
func count(t *testing.T, path, words string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(b), words)
}
