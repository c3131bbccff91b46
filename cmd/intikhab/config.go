package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pelletier/go-toml/v2"

	"intikhab/platform/sms"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/rollindex"
)

// config is the configuration file of intikhab serve; docs/operations.md is its
// reference. Paths in it are taken from the folder the file lies in.
type config struct {
	Roll    rollConfig    `toml:"roll"`
	HTTP    httpConfig    `toml:"http"`
	Console consoleConfig `toml:"console"`
	State   stateConfig   `toml:"state"`
	Answer  answerConfig  `toml:"answer"`
	Limits  limitsConfig  `toml:"limits"`
	Webhook webhookConfig `toml:"webhook"`
	SMS     sms.Config    `toml:"sms"`
	Log     logConfig     `toml:"log"`

	Database databaseConfig `toml:"database"`
	Office   officeConfig   `toml:"office"`
	Ledger   ledgerConfig   `toml:"ledger"`
	Bus      busConfig      `toml:"bus"`
	Notice   noticeConfig   `toml:"notice"`
	ACME     acmeConfig     `toml:"acme"`
	Rolls    rollsConfig    `toml:"rolls"`

	path string
}

type rollConfig struct {
	File string `toml:"file"` // the index that roll freeze made
	// Where its key is: a file, or the name of an environment variable, or the
	// name of a systemd credential.
	KeyFile       string `toml:"key_file"`
	KeyEnv        string `toml:"key_env"`
	KeyCredential string `toml:"key_credential"`
}

type httpConfig struct {
	Listen         string   `toml:"listen"` // public page and API; "" for neither
	TLSCert        string   `toml:"tls_cert"`
	TLSKey         string   `toml:"tls_key"`
	ACME           bool     `toml:"acme"`            // the certificate is fetched as [acme] says
	TrustedProxies []string `toml:"trusted_proxies"` // whose X-Forwarded-For is believed
}

type consoleConfig struct {
	Listen string `toml:"listen"` // "" is 127.0.0.1:8081; "off" for none
}

type stateConfig struct {
	Dir string `toml:"dir"` // statistics, languages; "" is "state"
}

type answerConfig struct {
	Language    voterinfo.Language `toml:"language"`     // of a first question; if not given, ur
	SchemeFinal string             `toml:"scheme_final"` // from this date answers name the station: 2027-01-20
	Helpline    string             `toml:"helpline"`     // digits
	Wording     string             `toml:"wording"`      // folder with en.txt, ur.txt, ro.txt to use instead of ours
	Offices     map[string]string  `toml:"offices"`      // telephone by the district's English name
}

// limitsConfig says how often one may ask; what is left out is as limits.Defaults.
type limitsConfig struct {
	Number         rateConfig `toml:"number"`  // one telephone number
	Address        rateConfig `toml:"address"` // one web client
	Allowed        rateConfig `toml:"allowed"` // askers in allow
	CNIC           rateConfig `toml:"cnic"`    // one identity number, whoever asks
	Misses         rateConfig `toml:"misses"`  // numbers not on the roll, in a thousand neighbours
	DifferentCNICs int        `toml:"different_cnics"`
	Allow          []string   `toml:"allow"`
}

type rateConfig struct {
	Burst  int          `toml:"burst"`
	Refill sms.Duration `toml:"refill"`
}

func (r rateConfig) rate() limits.Rate {
	return limits.Rate{Burst: r.Burst, Refill: time.Duration(r.Refill)}
}

func (l limitsConfig) settings() limits.Settings {
	return limits.Settings{
		Number: l.Number.rate(), Address: l.Address.rate(), Allowed: l.Allowed.rate(), CNIC: l.CNIC.rate(), Misses: l.Misses.rate(),
		DifferentCNICs: l.DifferentCNICs, Allow: l.Allow,
	}
}

type webhookConfig struct {
	TokenFile string   `toml:"token_file"` // one token a line; "" for no webhook
	Peers     []string `toml:"peers"`      // networks of the gateways; if none, this machine
}

type logConfig struct {
	Level  string `toml:"level"`  // debug, info, warn, error; if not given, info
	Format string `toml:"format"` // text or json; if not given, text
}

// readConfig reads and checks a configuration file. What is wrong in it is said
// all at once; a key that is not known is named with the nearest one that is.
func readConfig(path string) (*config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	c := &config{path: path}
	d := toml.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, mistakes(path, explainTOML(err))
	}
	c.resolve()
	return c, mistakes(path, c.check())
}

// resolve takes relative paths from the file's own folder and fills in defaults.
func (c *config) resolve() {
	if c.State.Dir == "" {
		c.State.Dir = "state"
	}
	if c.Console.Listen == "" {
		c.Console.Listen = "127.0.0.1:8081"
	}
	at := func(path *string) {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(filepath.Dir(c.path), *path)
		}
	}
	for _, path := range []*string{
		&c.Roll.File, &c.Roll.KeyFile, &c.HTTP.TLSCert, &c.HTTP.TLSKey, &c.State.Dir, &c.Answer.Wording, &c.Webhook.TokenFile,
	} {
		at(path)
	}
	c.resolveOffice(at)
	for name, o := range c.SMS.Operators {
		for _, path := range []*string{&o.PasswordFile, &o.CAFile, &o.CertFile, &o.KeyFile} {
			at(path)
		}
		c.SMS.Operators[name] = o
	}
}

// key reads the roll's key from where the file says it is.
func (r rollConfig) key() (rollindex.Key, error) {
	if r.KeyFile != "" {
		return rollindex.ReadKey(r.KeyFile)
	}
	text, err := secretText("roll", "", r.KeyEnv, r.KeyCredential)
	if err != nil {
		return rollindex.Key{}, err
	}
	key, err := rollindex.ParseKey(string(text))
	switch {
	case err != nil && r.KeyEnv != "":
		err = fmt.Errorf("roll.key_env: the environment variable %s: %w", r.KeyEnv, err)
	case err != nil:
		err = fmt.Errorf("roll.key_credential: %w", err)
	}
	return key, err
}
