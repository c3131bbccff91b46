package main

import (
	"context"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/notice/catcher"
	"intikhab/platform/sms"
)

// demoOffice is the officers' site of a demonstration: its own database, ledger and
// bus in the demonstration's folder, and a mail server that delivers nothing.
type demoOffice struct {
	dir      string
	listener net.Listener
	mail     *catcher.Catcher
	signer   note.Signer // of the identity authority; nil where the roll is there already
}

// openOffice opens the officers' site beside 8300. It is to be closed with the node.
func (n *node) openOffice(ctx context.Context, dir string) (*demoOffice, error) {
	d := &demoOffice{dir: dir}
	var err error
	if d.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	if d.mail, err = catcher.Start(); err != nil {
		d.close()
		return nil, err
	}
	// Not an address but the name: browsers make passkeys for names.
	site := fmt.Sprintf("http://localhost:%d", d.listener.Addr().(*net.TCPAddr).Port)
	file := filepath.Join(dir, "intikhab.toml")
	if !exists(file) {
		setup := setupCommand{Dir: dir, Listen: d.listener.Addr().String(), Site: site, Ledger: "demo.invalid/ledger"}
		if _, err := setup.make(); err != nil {
			d.close()
			return nil, err
		}
		if d.signer, err = authority(filepath.Join(dir, "secret")); err != nil {
			d.close()
			return nil, err
		}
	}
	cfg, err := readConfig(file)
	if err != nil {
		d.close()
		return nil, err
	}
	cfg.Office.Site = site // with this run's port
	cfg.Notice = noticeConfig{MailServer: fmt.Sprintf("127.0.0.1:%d", d.mail.Port()), MailFrom: "Election Commission <demo@ecp.invalid>", MailPlain: true}
	// Nobody there has a passkey to prove again who he is.
	day := sms.Duration(24 * time.Hour)
	cfg.Office.Fresh, cfg.Office.Idle, cfg.Office.Session = day, day, day
	cfg.Rolls.Authorities = filepath.Join(dir, "secret", authorityKeys)
	cfg.Rolls.Within = sms.Duration(5 * time.Second) // 8300's answer changes while one looks
	n.cfg.Office, n.cfg.Bus, n.cfg.Notice = cfg.Office, cfg.Bus, cfg.Notice
	indexes, err := n.indexes()
	if err == nil {
		n.bus, err = cfg.Bus.open(ctx, n.log)
	}
	if err == nil {
		n.offices, err = newOfficeService(ctx, cfg, n.bus, n.voters.gateway, indexes, n.log)
	}
	if err != nil {
		d.close()
		return nil, err
	}
	n.voters.tellsOf(n.offices.told)
	return d, nil
}

func (d *demoOffice) close() {
	if d.mail != nil {
		d.mail.Close()
	}
	d.listener.Close()
}

// showText prints an SMS that came to a telephone of the demonstration: a code or a notice.
func showText(to, from, text string) {
	if national, ok := strings.CutPrefix(to, "92"); ok {
		to = "0" + national
	}
	fmt.Printf("SMS to %s from %s: %s\n", to, from, text)
}

// serve answers at the officers' site until ctx ends, and prints the ways in and every
// letter that the site sends.
func (d *demoOffice) serve(ctx context.Context, fail context.CancelCauseFunc, n *node, c *commission) error {
	n.offices.start(ctx)
	n.serve(ctx, fail, d.listener, nil, n.offices.handler(nil, c.routes(n.offices)))
	site := n.offices.cfg.Office.Site
	fmt.Printf("every SMS and e-mail that is sent to anybody appears here\na citizen's page: %s/voters\nthe officers' site, signed in as\n", site)
	for _, p := range c.posts {
		fmt.Printf("  %-32s %s/demo/as/%s\n", p.role, site, p.key())
	}
	go func() {
		shown := 0
		for {
			select {
			case <-ctx.Done():
				return
			case <-d.mail.Came():
			}
			letters := d.mail.Letters()
			for _, l := range letters[shown:] {
				body, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(l.Body)))
				if err != nil {
					body = []byte(l.Body)
				}
				fmt.Fprintf(os.Stdout, "e-mail to %s: %s\n  %s\n", strings.Join(l.To, ", "), l.Subject, strings.TrimSpace(string(body)))
			}
			shown = len(letters)
		}
	}()
	return nil
}
