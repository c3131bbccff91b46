package peers

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/systems/voterinfo/door"
	"intikhab/test/need"
)

// kannelConfig is Kannel as a commission would set it up that has it already: its
// bearerbox is bound to the operator, its smsbox asks our webhook. The lines of the
// sms-service are those that docs/operations.md gives.
const kannelConfig = `
group = core
admin-port = %[1]d
admin-interface = 127.0.0.1
admin-password = none
smsbox-port = %[2]d
smsbox-interface = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = %[3]s
transceiver-mode = true
smsc-username = kannel
smsc-password = hidden
system-type = ""
address-range = ""
interface-version = 34
reconnect-delay = 1
enquire-link-interval = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = %[2]d
sendsms-port = %[4]d
sendsms-interface = 127.0.0.1
mo-recode = false

group = sms-service
keyword = default
catch-all = true
get-url = "%[5]s/webhook/kannel?token=%[6]s&from=%%p&to=%%P&text=%%a&id=%%I&smsc=%%i&charset=%%C"
omit-empty = true
accept-x-kannel-headers = true
concatenation = true
max-messages = 6
`

// TestKannelWebhook sends questions a long way round: from a telephone of the
// simulated operator over SMPP to Kannel's bearerbox, from there to its smsbox, over
// HTTP to our webhook, and back. The telephone reads what the service says.
func TestKannelWebhook(t *testing.T) {
	const from = "Debian's package kannel"
	bearerbox := need.Program(t, from, "bearerbox", "/usr/sbin/bearerbox")
	smsbox := need.Program(t, from, "smsbox", "/usr/sbin/smsbox")

	const token = "a token that kannel and we share"
	answers := service(t)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	d, err := door.New(door.Config{Service: answers, Tokens: []string{strings.ReplaceAll(token, " ", "-")}})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(web.New(web.Config{Gate: webtest.Open, Log: quiet}, d.Routes()))
	defer site.Close()
	operator, err := smsc.Start(smsc.Config{Accounts: map[string]string{"kannel": "hidden"}})
	if err != nil {
		t.Fatal(err)
	}
	defer operator.Close()

	dir := t.TempDir()
	config := filepath.Join(dir, "kannel.conf")
	listening := newTap(t, operator.Addr())
	_, port, _ := net.SplitHostPort(listening.addr)
	boxPort := freePort(t)
	text := fmt.Sprintf(kannelConfig, freePort(t), boxPort, port, freePort(t), site.URL, strings.ReplaceAll(token, " ", "-"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{bearerbox, smsbox} {
		if program == smsbox {
			eventually(t, "bearerbox listens for smsbox", func() bool {
				c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", boxPort))
				if err == nil {
					c.Close()
				}
				return err == nil
			})
		}
		cmd := exec.Command(program, "-v", "1", config)
		cmd.Dir = dir
		start(t, cmd)
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := operator.WaitBound(ctx, 1); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{
		onRoll + " EN",
		"میرا شناختی کارڈ نمبر ۴۲۳۰۱۱۲۳۴۵۶۷۱ ہے",
		"4230112345671 RO",
		"4230112345673 en", // not on the roll
		"en",
		// longer than one message: it travels in two
		"Assalam o alaikum, I would like to be told where I vote. My identity card was given in Karachi and its number is this one, with dashes as on the card: 42301-1234567-1 en",
	} {
		want := said(answers, text)
		asker := fmt.Sprintf("92300123456%d", i)
		if err := operator.Queue(text, asker); err != nil {
			t.Fatal(err)
		}
		reply := listening.reply(t)
		if want == "" || reply.text != want || strings.TrimPrefix(reply.to, "+") != asker {
			t.Errorf("%q is answered %+v, want %q", text, reply, want)
		}
		t.Logf("data_coding %d, %d segments", reply.coding, reply.segments)
	}
	eventually(t, "the operator has every reply", func() bool { return operator.Counters().Replied == 6 })
}

// reply waits for the next whole message. What Kannel acknowledges before it has an
// answer, it keeps itself.
func (tp *tap) reply(t *testing.T) heard {
	t.Helper()
	for {
		select {
		case h := <-tp.heard:
			if !h.acknowledges {
				return h
			}
		case <-time.After(patience):
			t.Fatal("no reply")
		}
	}
}
