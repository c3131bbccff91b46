package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"intikhab/platform/database/vault"
	"intikhab/platform/ledger/checkpoint"
)

// setupCommand makes what the officers' site needs before its first start.
type setupCommand struct {
	Dir      string `required:"" type:"path" placeholder:"DIR" help:"Folder for the configuration, the keys and the records; made if there is none."`
	Listen   string `default:"127.0.0.1:8443" placeholder:"HOST:PORT" help:"Where the officers' site listens (${default})."`
	Site     string `placeholder:"URL" help:"The address that officers type, as https://offices.example; without it http://localhost:PORT, for a trial on this machine."`
	Database string `placeholder:"URL" help:"Where records are kept: postgres://…; without it a file in the folder."`
	Ledger   string `placeholder:"NAME" help:"The public log's own name, which it keeps for ever, as ecp.gov.pk/ledger; without it the site's host."`
}

const setupText = `# The officers' site. docs/operations.md tells of every setting.
[office]
listen = %q
site = %q
%s
[database]
url = %q
key_file = "secret/records.key"

[ledger]
key_file = "secret/ledger.key"

[bus]
key_file = "secret/bus.key"
`

func (c *setupCommand) Run() error {
	key, err := c.make()
	if err != nil {
		return err
	}
	fmt.Printf(`made %[1]s and the keys in %[2]s

Keep a copy of the keys where the records are not, on paper too: without records.key
nobody reads the personal records again, without ledger.key the public log ends.
The ledger is known to the public by its name and this key:
  %[3]s

Begin with:
  intikhab serve --config %[1]s
`, filepath.Join(c.Dir, "intikhab.toml"), filepath.Join(c.Dir, "secret"), key.Verifier())
	return nil
}

// make makes the folder, and returns the key of the ledger.
func (c *setupCommand) make() (*checkpoint.Key, error) {
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, fmt.Errorf("--listen: %w", err)
	}
	tls := ""
	if c.Site == "" {
		c.Site = "http://localhost:" + port
	} else {
		tls = "# HTTPS: a certificate in files, or one that is fetched (then also [acme]), or a proxy in front.\n# tls_cert = \"chain.pem\"\n# tls_key = \"secret/tls.key\"\n"
	}
	if err := checkSite(c.Site); err != nil {
		return nil, fmt.Errorf("--site: %w", err)
	}
	site, err := url.Parse(c.Site)
	if err != nil {
		return nil, err
	}
	if c.Ledger == "" {
		c.Ledger = site.Hostname() + "/ledger"
	}
	if c.Database == "" {
		c.Database = "state/records.sqlite"
	}
	file := filepath.Join(c.Dir, "intikhab.toml")
	secret := filepath.Join(c.Dir, "secret")
	for _, path := range []string{file, secret} {
		if exists(path) {
			return nil, fmt.Errorf("%s is there already: a second setup would make other keys, and what the first ones closed would stay closed", path)
		}
	}
	if err := os.MkdirAll(secret, 0o700); err != nil {
		return nil, err
	}
	key, err := checkpoint.GenerateKey(c.Ledger)
	if err != nil {
		return nil, fmt.Errorf("--ledger: %w", err)
	}
	bus := make([]byte, 32)
	rand.Read(bus) // never fails
	if err := errors.Join(
		vault.New(time.Now()).Write(filepath.Join(secret, "records.key")),
		key.Write(filepath.Join(secret, "ledger.key")),
		os.WriteFile(filepath.Join(secret, "bus.key"), []byte(base64.StdEncoding.EncodeToString(bus)+"\n"), 0o600),
	); err != nil {
		return nil, err
	}
	// The settings come last: where they are, everything is.
	if err := os.WriteFile(file, fmt.Appendf(nil, setupText, c.Listen, c.Site, tls, c.Database), 0o600); err != nil {
		return nil, err
	}
	return key, nil
}
