package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/certificate"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/notice"
	"intikhab/platform/sms"
)

// databaseConfig says where records are kept, and under which keys the personal
// ones among them are sealed.
type databaseConfig struct {
	URL           string `toml:"url"` // a file, or postgres://…; "" is records.sqlite in state.dir
	KeyFile       string `toml:"key_file"`
	KeyEnv        string `toml:"key_env"`
	KeyCredential string `toml:"key_credential"`
}

// officeConfig is the officers' site.
type officeConfig struct {
	Listen  string       `toml:"listen"` // HOST:PORT; "" for no offices
	Site    string       `toml:"site"`   // the address officers type: https://offices.example
	TLSCert string       `toml:"tls_cert"`
	TLSKey  string       `toml:"tls_key"`
	ACME    bool         `toml:"acme"`    // the certificate is fetched as [acme] says
	Idle    sms.Duration `toml:"idle"`    // a session unused for so long ends
	Session sms.Duration `toml:"session"` // a session ends after so long
	Fresh   sms.Duration `toml:"fresh"`   // a grave act needs a proof no older
	Lapse   sms.Duration `toml:"lapse"`   // what waits so long for a second officer lapses
}

// ledgerConfig is the public log.
type ledgerConfig struct {
	Dir           string `toml:"dir"` // "" is ledger in state.dir
	KeyFile       string `toml:"key_file"`
	KeyEnv        string `toml:"key_env"`
	KeyCredential string `toml:"key_credential"`
	Witnesses     string `toml:"witnesses"`   // file with the policy; "" for none
	Unwitnessed   string `toml:"unwitnessed"` // hold or publish, while too few witnesses sign
}

// busConfig is the message bus: a server inside the process, of one node or several,
// or a cluster elsewhere.
type busConfig struct {
	Dir           string   `toml:"dir"` // "" is bus in state.dir
	KeyFile       string   `toml:"key_file"`
	KeyEnv        string   `toml:"key_env"`
	KeyCredential string   `toml:"key_credential"`
	Node          string   `toml:"node"` // this node's name; "" is the host's
	Listen        string   `toml:"listen"`
	Routes        []string `toml:"routes"`
	SecretFile    string   `toml:"secret_file"`
	TLSCert       string   `toml:"tls_cert"` // of this node, for the others
	TLSKey        string   `toml:"tls_key"`
	TLSCA         string   `toml:"tls_ca"` // who signed the nodes' certificates
	Replicas      int      `toml:"replicas"`
	URL           string   `toml:"url"` // of a cluster elsewhere
	Credentials   string   `toml:"credentials"`
}

// noticeConfig is how people are told things.
type noticeConfig struct {
	Sender           string `toml:"sender"`     // of SMS; "" is 8300
	Paisa            int    `toml:"paisa"`      // price of a segment
	NightFrom        int    `toml:"night_from"` // hours of the day; both 0: from 21 to 8
	NightTo          int    `toml:"night_to"`
	MailServer       string `toml:"mail_server"` // HOST:PORT; "" for no e-mail
	MailFrom         string `toml:"mail_from"`
	MailUser         string `toml:"mail_user"`
	MailPasswordFile string `toml:"mail_password_file"`
	MailPlain        bool   `toml:"mail_plain"` // without TLS: for a server on this machine
}

// mail is the mail server that the settings name; nil for none.
func (n noticeConfig) mail() (*notice.MailConfig, error) {
	if n.MailServer == "" {
		return nil, nil
	}
	host, port, err := net.SplitHostPort(n.MailServer)
	if err != nil {
		return nil, fmt.Errorf("notice.mail_server: %q is not HOST:PORT, as mail.ecp.gov.pk:587", n.MailServer)
	}
	c := &notice.MailConfig{Host: host, From: n.MailFrom, User: n.MailUser, Plain: n.MailPlain}
	if c.Port, err = strconv.Atoi(port); err != nil {
		return nil, fmt.Errorf("notice.mail_server: %q is no port", port)
	}
	if n.MailPasswordFile != "" {
		text, err := os.ReadFile(n.MailPasswordFile)
		if err != nil {
			return nil, fmt.Errorf("notice.mail_password_file: %w", err)
		}
		c.Password = strings.TrimSpace(string(text))
	}
	return c, c.Check()
}

// acmeConfig says from whom certificates are fetched.
type acmeConfig struct {
	Directory string   `toml:"directory"`
	Email     string   `toml:"email"`
	Hosts     []string `toml:"hosts"`
	Dir       string   `toml:"dir"` // "" is acme in state.dir
	CAFile    string   `toml:"ca_file"`
}

func (a acmeConfig) source() certificate.ACME { return certificate.ACME(a) }

// offices tells whether the settings ask for the officers' site.
func (c *config) offices() bool { return !off(c.Office.Listen) }

// answers tells whether the settings ask for 8300.
func (c *config) answersVoters() bool { return c.Roll.File != "" }

// resolveOffice fills in defaults and takes relative paths from the file's folder.
func (c *config) resolveOffice(at func(*string)) {
	inState := func(path *string, name string) {
		if *path == "" {
			*path = filepath.Join(c.State.Dir, name)
		} else {
			at(path)
		}
	}
	inState(&c.Ledger.Dir, "ledger")
	inState(&c.Bus.Dir, "bus")
	inState(&c.ACME.Dir, "acme")
	inState(&c.Rolls.Dir, "rolls")
	if !strings.Contains(c.Database.URL, "://") {
		inState(&c.Database.URL, "records.sqlite")
	}
	for _, path := range []*string{
		&c.Database.KeyFile, &c.Ledger.KeyFile, &c.Ledger.Witnesses, &c.Bus.KeyFile, &c.Bus.SecretFile,
		&c.Bus.Credentials, &c.Bus.TLSCert, &c.Bus.TLSKey, &c.Bus.TLSCA, &c.Notice.MailPasswordFile, &c.Office.TLSCert, &c.Office.TLSKey, &c.ACME.CAFile,
		&c.Rolls.Authorities,
	} {
		at(path)
	}
}

// checkOffice finds what is wrong with the settings of the offices.
func (c *config) checkOffice() (errs []error) {
	if !c.offices() {
		return c.checkBus()
	}
	wrong := func(key string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	wrong("office.listen", checkAddress(c.Office.Listen))
	wrong("office.site", checkSite(c.Office.Site))
	if c.Rolls.Site != "" {
		wrong("rolls.site", checkSite(c.Rolls.Site))
	}
	if c.Rolls.Night < 0 || c.Rolls.Night > 23 {
		wrong("rolls.night", fmt.Errorf("%d is no hour of the day: 0 to 23", c.Rolls.Night))
	}
	errs = append(errs, oneKey("database", "setup", c.Database.KeyFile, c.Database.KeyEnv, c.Database.KeyCredential)...)
	if c.Ledger.kept() || !c.Bus.several() {
		errs = append(errs, oneKey("ledger", "setup", c.Ledger.KeyFile, c.Ledger.KeyEnv, c.Ledger.KeyCredential)...)
	}
	errs = append(errs, c.checkBus()...)
	if (c.Office.TLSCert == "") != (c.Office.TLSKey == "") {
		wrong("office", errors.New("tls_cert and tls_key go together"))
	}
	if c.Office.ACME {
		if c.Office.TLSCert != "" {
			wrong("office", errors.New("acme and tls_cert: keep one of them"))
		}
		if c.ACME.Directory == "" || len(c.ACME.Hosts) == 0 {
			wrong("office.acme", errors.New("give acme.directory, the authority's URL, and acme.hosts, the names of the certificate"))
		}
	}
	switch ledger.Unwitnessed(c.Ledger.Unwitnessed) {
	case "", ledger.Hold, ledger.Publish:
	default:
		wrong("ledger.unwitnessed", fmt.Errorf("%q is neither hold nor publish", c.Ledger.Unwitnessed))
	}
	if n := c.Notice; n.NightFrom < 0 || n.NightFrom > 23 || n.NightTo < 0 || n.NightTo > 23 {
		wrong("notice", errors.New("night_from and night_to are hours of the day, 0 to 23"))
	}
	_, err := c.Notice.mail()
	errs = append(errs, parts(err)...)
	for key, d := range map[string]sms.Duration{"office.idle": c.Office.Idle, "office.session": c.Office.Session, "office.fresh": c.Office.Fresh, "office.lapse": c.Office.Lapse} {
		if d != 0 && time.Duration(d) < time.Minute {
			wrong(key, errors.New("must be a minute or more"))
		}
	}
	return errs
}

// checkBus finds what is wrong with the settings of the bus, where there is one.
func (c *config) checkBus() (errs []error) {
	b := c.Bus
	if !c.offices() && !b.several() {
		return nil
	}
	if b.URL == "" {
		errs = append(errs, oneKey("bus", "setup", b.KeyFile, b.KeyEnv, b.KeyCredential)...)
	}
	if (b.Listen == "") != (len(b.Routes) == 0) || (b.Listen == "") != (b.SecretFile == "") {
		errs = append(errs, errors.New("bus: listen, routes and secret_file go together: they make one cluster of several nodes"))
	}
	if (b.TLSCert == "") != (b.TLSKey == "") || (b.TLSCert == "") != (b.TLSCA == "") {
		errs = append(errs, errors.New("bus: tls_cert, tls_key and tls_ca go together"))
	}
	return errs
}

// tls is how the nodes speak to each other: each shows a certificate of the
// commission's own authority. Nil where the network is nobody else's.
func (b busConfig) tls() (*tls.Config, error) {
	if b.TLSCert == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(b.TLSCert, b.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("bus.tls_cert: %w", err)
	}
	text, err := os.ReadFile(b.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("bus.tls_ca: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("bus.tls_ca: %s holds no PEM certificate", b.TLSCA)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots, ClientCAs: roots,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}, nil
}

// checkSite checks the address by which officers reach the site: passkeys are bound
// to it, and browsers have them over HTTPS or on this machine alone.
func checkSite(site string) error {
	u, err := url.Parse(site)
	switch {
	case site == "":
		return errors.New("missing; it is the address that officers type, as https://offices.example")
	case err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil:
		return fmt.Errorf("%q is not an address such as https://offices.example, without a path", site)
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && u.Hostname() == "localhost":
		return nil
	}
	return fmt.Errorf("%q: officers sign in over https; only http://localhost:PORT is taken without", site)
}

// oneKey finds a section that does not name its key, or names it twice.
func oneKey(section, maker, file, env, credential string) []error {
	given := 0
	for _, s := range []string{file, env, credential} {
		if s != "" {
			given++
		}
	}
	switch given {
	case 0:
		return []error{fmt.Errorf("%s.key_file: missing; it is the file that `intikhab %s` made (or give key_env or key_credential)", section, maker)}
	case 1:
		return nil
	}
	return []error{fmt.Errorf("%s: key_file, key_env and key_credential: keep one of them", section)}
}

// secretText reads a key from where a section of the settings says it is.
func secretText(section, file, env, credential string) ([]byte, error) {
	switch {
	case env != "":
		text := os.Getenv(env)
		if text == "" {
			return nil, fmt.Errorf("%s.key_env: the environment variable %s is not set", section, env)
		}
		return []byte(text), nil
	case credential != "":
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		if dir == "" {
			return nil, fmt.Errorf("%s.key_credential: systemd gave this service no credentials: LoadCredential= in the unit does; by hand, CREDENTIALS_DIRECTORY=FOLDER names where they lie", section)
		}
		file = filepath.Join(dir, credential)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: key: %w", section, err)
	}
	return text, nil
}

// keyring reads the keys of personal records.
func (d databaseConfig) keyring() (*vault.Keyring, error) {
	keys, err := vault.Source{File: d.KeyFile, Env: d.KeyEnv, Credential: d.KeyCredential}.Read()
	if err != nil {
		return nil, fmt.Errorf("database: key: %w", err)
	}
	return keys, nil
}

// kept tells whether this node appends to the public log. Of several nodes one does.
func (l ledgerConfig) kept() bool { return l.KeyFile != "" || l.KeyEnv != "" || l.KeyCredential != "" }

// key reads the key that signs the ledger's checkpoints.
func (l ledgerConfig) key() (*checkpoint.Key, error) {
	text, err := secretText("ledger", l.KeyFile, l.KeyEnv, l.KeyCredential)
	if err != nil {
		return nil, err
	}
	key, err := checkpoint.ParseKey(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("ledger: key: %w", err)
	}
	return key, nil
}

// several tells whether this node is one of several.
func (b busConfig) several() bool { return b.Listen != "" || b.URL != "" }

// key reads the key under which the bus keeps its messages.
func (b busConfig) key() ([]byte, error) {
	text, err := secretText("bus", b.KeyFile, b.KeyEnv, b.KeyCredential)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) < 16 {
		return nil, errors.New("bus: key: it is to be 16 bytes or more in base64, as `intikhab setup` makes it")
	}
	return key, nil
}
