package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
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

// readConfig reads and checks a configuration file. A key that is not known is
// an error that names the nearest one that is.
func readConfig(path string) (*config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	c := &config{path: path}
	d := toml.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, explainTOML(err))
	}
	c.resolve()
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func explainTOML(err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var errs []error
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			key := strings.Join(e.Key(), ".")
			errs = append(errs, fmt.Errorf("line %d: there is no setting %s%s", row, key, suggest(e.Key())))
		}
		return errors.Join(errs...)
	}
	var bad *toml.DecodeError
	if errors.As(err, &bad) {
		row, column := bad.Position()
		return fmt.Errorf("line %d, column %d: %s: %w", row, column, strings.Join(bad.Key(), "."), err)
	}
	return err
}

// suggest names the known key that is nearest to one that is not.
func suggest(key []string) string {
	known := settings(reflect.TypeFor[config](), nil)
	best, distance := "", 1<<30
	for _, k := range known {
		if len(k) != len(key) {
			continue
		}
		d := 0
		for i := range k {
			if k[i] != "*" {
				d += editDistance(k[i], key[i])
			}
		}
		if d < distance {
			shown := append([]string(nil), k...)
			for i := range shown {
				if shown[i] == "*" {
					shown[i] = key[i]
				}
			}
			best, distance = strings.Join(shown, "."), d
		}
	}
	if best == "" {
		return ""
	}
	return "; the nearest there is is " + best
}

// settings lists the keys of a structure and those above them, a map's as "*".
func settings(t reflect.Type, above []string) (keys [][]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if name == "" || name == "-" {
			continue
		}
		key := append(append([]string(nil), above...), name)
		keys = append(keys, key)
		inner := f.Type
		if inner.Kind() == reflect.Map {
			inner, key = inner.Elem(), append(key, "*")
			keys = append(keys, key)
		}
		if inner.Kind() == reflect.Struct {
			keys = append(keys, settings(inner, key)...)
		}
	}
	return keys
}

// editDistance is the number of letters to change, add or drop to get from a to
// b (Levenshtein 1965).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost = 1 + min(left, row[j], row[j+1])
			}
			left, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
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
	for name, o := range c.SMS.Operators {
		for _, path := range []*string{&o.PasswordFile, &o.CAFile, &o.CertFile, &o.KeyFile} {
			at(path)
		}
		c.SMS.Operators[name] = o
	}
}

// check finds what is wrong with the settings that no other package checks.
func (c *config) check() error {
	var errs []error
	if c.Roll.File == "" {
		errs = append(errs, errors.New("roll.file is not given: the index that `intikhab roll freeze` made"))
	}
	given := 0
	for _, s := range []string{c.Roll.KeyFile, c.Roll.KeyEnv, c.Roll.KeyCredential} {
		if s != "" {
			given++
		}
	}
	if given != 1 {
		errs = append(errs, errors.New("give one of roll.key_file, roll.key_env and roll.key_credential"))
	}
	if (c.HTTP.TLSCert == "") != (c.HTTP.TLSKey == "") {
		errs = append(errs, errors.New("http.tls_cert and http.tls_key go together"))
	}
	for key, address := range map[string]string{"http.listen": c.HTTP.Listen, "console.listen": c.Console.Listen} {
		if address == "" || address == "off" {
			continue
		}
		if _, _, err := net.SplitHostPort(address); err != nil {
			errs = append(errs, fmt.Errorf("%s: %q is not HOST:PORT, as 127.0.0.1:8080", key, address))
		}
	}
	if _, err := c.Answer.schemeFinal(); err != nil {
		errs = append(errs, err)
	}
	if _, err := networks("http.trusted_proxies", c.HTTP.TrustedProxies); err != nil {
		errs = append(errs, err)
	}
	if _, err := networks("webhook.peers", c.Webhook.Peers); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// schemeFinal is the moment from which answers name the polling station: the
// date's first in Pakistan; zero for never.
func (a answerConfig) schemeFinal() (time.Time, error) {
	if a.SchemeFinal == "" {
		return time.Time{}, nil
	}
	t, err := voterinfo.ParseDate(a.SchemeFinal)
	if err != nil {
		return t, fmt.Errorf("answer.scheme_final: %w", err)
	}
	return t, nil
}

func networks(key string, texts []string) (nets []netip.Prefix, err error) {
	for _, text := range texts {
		n, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return nil, fmt.Errorf("%s: %q is neither an address nor a network, as 10.1.0.0/16", key, text)
			}
			n = netip.PrefixFrom(addr, addr.BitLen())
		}
		nets = append(nets, n)
	}
	return nets, nil
}

// key reads the roll's key from where the file says it is.
func (r rollConfig) key() (rollindex.Key, error) {
	switch {
	case r.KeyEnv != "":
		text := os.Getenv(r.KeyEnv)
		if text == "" {
			return rollindex.Key{}, fmt.Errorf("roll.key_env: the environment variable %s is not set", r.KeyEnv)
		}
		return rollindex.ParseKey(text)
	case r.KeyCredential != "":
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		if dir == "" {
			return rollindex.Key{}, errors.New("roll.key_credential: systemd gave this service no credentials (LoadCredential= in the unit does)")
		}
		return rollindex.ReadKey(filepath.Join(dir, r.KeyCredential))
	}
	return rollindex.ReadKey(r.KeyFile)
}
