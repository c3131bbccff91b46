package sms

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
)

// Config is the gateway's part of the settings.
type Config struct {
	Operators map[string]OperatorConfig `toml:"operators"` // by the name we give the operator
}

// OperatorConfig says how to reach one mobile operator's SMSC. Only Address,
// SystemID and a password must be set; the zero of every other field is the
// default named beside it.
type OperatorConfig struct {
	Name    string `toml:"-"`       // the key in Config.Operators
	Address string `toml:"address"` // host:port

	TLS        bool   `toml:"tls"`         // speak TLS
	ServerName string `toml:"server_name"` // name in the operator's certificate; default the host of Address
	CAFile     string `toml:"ca_file"`     // PEM of who signed it; default the system's
	CertFile   string `toml:"cert_file"`   // our own certificate, where the operator wants one
	KeyFile    string `toml:"key_file"`

	SystemID     string `toml:"system_id"`
	Password     string `toml:"password"`      // better in a file:
	PasswordFile string `toml:"password_file"` // its first line is the password
	SystemType   string `toml:"system_type"`
	AddressRange string `toml:"address_range"`

	Mode  Mode `toml:"mode"`  // transceiver, or receiver+transmitter
	Binds int  `toml:"binds"` // 1; with receiver+transmitter, so many of each

	Window     int     `toml:"window"`      // 256 submit_sm may wait for their response, each bind
	MaxPending int     `toml:"max_pending"` // 2000 deliver_sm may wait for our acknowledgement, each bind
	Throughput float64 `toml:"throughput"`  // messages a second over all binds; 0 is no limit

	SourceAddr string `toml:"source_addr"` // sender of replies; default the number the question was sent to
	SourceTON  byte   `toml:"source_ton"`
	SourceNPI  byte   `toml:"source_npi"`

	ServiceType string `toml:"service_type"`
	Validity    string `toml:"validity"`    // validity_period as SMPP writes it: 000001000000000R is a day
	UrduTables  bool   `toml:"urdu_tables"` // the operator passes the Urdu national language tables on
	Alphabet    string `toml:"alphabet"`    // gsm: data_coding 0 is the GSM alphabet, an octet a septet; or packed, latin1

	Concatenation gsm.Concatenation `toml:"concatenation"` // udh8, or udh16, sar, payload
	Receipts      bool              `toml:"receipts"`      // ask for delivery receipts

	EnquireInterval Duration `toml:"enquire_interval"` // 30s of silence, then enquire_link
	ResponseTimeout Duration `toml:"response_timeout"` // 10s
	ReconnectMin    Duration `toml:"reconnect_min"`    // 500ms
	ReconnectMax    Duration `toml:"reconnect_max"`    // 30s
	RetryPause      Duration `toml:"retry_pause"`      // 500ms until a part refused for now goes out again
	GiveUpAfter     Duration `toml:"give_up_after"`    // 60s without an accepted reply
	PartsExpiry     Duration `toml:"parts_expiry"`     // 60s for all parts of a question to come
	LimboExpiry     Duration `toml:"limbo_expiry"`     // 5m
	LimboSize       int      `toml:"limbo_size"`       // 100000
	ConfirmAfter    Duration `toml:"confirm_after"`    // 1s after the last unconfirmed acknowledgement

	BusyStatus      smpp.Status `toml:"busy_status"`      // 0x14, ESME_RMSGQFUL
	TemporaryStatus smpp.Status `toml:"temporary_status"` // 0x64, ESME_RX_T_APPN

	TLSConfig *tls.Config `toml:"-"` // instead of the files above
}

// Mode is how an operator wants us to bind.
type Mode string

// The modes. A transceiver is one connection both ways; else questions come on
// receivers and replies leave by transmitters.
const (
	Transceiver         Mode = "transceiver"
	ReceiverTransmitter Mode = "receiver+transmitter"
)

// Duration is a time.Duration that settings write as "10s" or "5m".
type Duration time.Duration

// UnmarshalText reads "1m30s".
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes "1m30s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String writes "1m30s".
func (d Duration) String() string { return time.Duration(d).String() }

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// withDefaults fills in what was left out.
func (c OperatorConfig) withDefaults() OperatorConfig {
	setDefault(&c.Mode, Transceiver)
	setDefault(&c.Binds, 1)
	setDefault(&c.Window, 256)
	setDefault(&c.MaxPending, 2000)
	setDefault(&c.Alphabet, "gsm")
	setDefault(&c.EnquireInterval, Duration(30*time.Second))
	setDefault(&c.ResponseTimeout, Duration(10*time.Second))
	setDefault(&c.ReconnectMin, Duration(500*time.Millisecond))
	setDefault(&c.ReconnectMax, Duration(30*time.Second))
	setDefault(&c.RetryPause, Duration(500*time.Millisecond))
	setDefault(&c.GiveUpAfter, Duration(time.Minute))
	setDefault(&c.PartsExpiry, Duration(time.Minute))
	setDefault(&c.LimboExpiry, Duration(5*time.Minute))
	setDefault(&c.LimboSize, 100_000)
	setDefault(&c.ConfirmAfter, Duration(time.Second))
	setDefault(&c.BusyStatus, smpp.StatusMsgQFul)
	setDefault(&c.TemporaryStatus, smpp.StatusXTAppn)
	return c
}

// Validate says everything that is wrong with the settings, each with its key and
// what would be right. Defaults are taken as filled in.
func (c OperatorConfig) Validate() error {
	c = c.withDefaults()
	var errs []error
	wrong := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("sms.operators.%s.%s: %s", c.Name, key, fmt.Sprintf(format, args...)))
	}
	if _, port, err := net.SplitHostPort(c.Address); err != nil || port == "" {
		wrong("address", "%q is not host:port; write the SMSC's, as in \"10.1.2.3:2775\"", c.Address)
	}
	if c.SystemID == "" {
		wrong("system_id", "missing; it is the name under which the operator knows us")
	}
	for _, f := range []struct {
		key, value string
		max        int
	}{{"system_id", c.SystemID, 15}, {"system_type", c.SystemType, 12}, {"address_range", c.AddressRange, 40},
		{"source_addr", c.SourceAddr, 20}, {"service_type", c.ServiceType, 5}, {"validity", c.Validity, 16}} {
		if len(f.value) > f.max {
			wrong(f.key, "%d characters long, SMPP holds %d", len(f.value), f.max)
		}
	}
	if c.Password != "" && c.PasswordFile != "" {
		wrong("password_file", "stands beside password; keep one of them")
	}
	if c.Mode != Transceiver && c.Mode != ReceiverTransmitter {
		wrong("mode", "%q is neither %q nor %q", c.Mode, Transceiver, ReceiverTransmitter)
	}
	if _, ok := alphabets[c.Alphabet]; !ok {
		wrong("alphabet", "%q is none of gsm, packed, latin1", c.Alphabet)
	}
	between := func(key string, v, low, high int) {
		if v < low || v > high {
			wrong(key, "%d is not within %d and %d", v, low, high)
		}
	}
	between("binds", c.Binds, 1, 64)
	between("window", c.Window, 1, 1<<16)
	between("max_pending", c.MaxPending, 1, 1<<18)
	between("limbo_size", c.LimboSize, 1, 1<<24)
	if c.Throughput < 0 {
		wrong("throughput", "%v is below 0; leave it out for no limit", c.Throughput)
	}
	for key, d := range map[string]Duration{"enquire_interval": c.EnquireInterval, "response_timeout": c.ResponseTimeout,
		"reconnect_min": c.ReconnectMin, "reconnect_max": c.ReconnectMax, "retry_pause": c.RetryPause,
		"give_up_after": c.GiveUpAfter, "parts_expiry": c.PartsExpiry, "limbo_expiry": c.LimboExpiry,
		"confirm_after": c.ConfirmAfter} {
		if d < 0 {
			wrong(key, "%v is below 0", d)
		}
	}
	if c.ReconnectMin > c.ReconnectMax {
		wrong("reconnect_min", "%v is longer than reconnect_max, %v", c.ReconnectMin, c.ReconnectMax)
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		wrong("cert_file", "cert_file and key_file go together")
	}
	return errors.Join(errs...)
}

// secrets reads the files that the settings name.
func (c *OperatorConfig) secrets() error {
	if c.PasswordFile != "" {
		b, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return fmt.Errorf("sms.operators.%s.password_file: %w", c.Name, err)
		}
		first, _, _ := strings.Cut(string(b), "\n")
		c.Password = strings.TrimRight(first, "\r")
	}
	if len(c.Password) > 8+56 {
		return fmt.Errorf("sms.operators.%s.password: longer than an SMSC takes (SMPP says 8 characters, some take more)", c.Name)
	}
	if c.TLSConfig != nil || !c.TLS {
		return nil
	}
	host, _, _ := net.SplitHostPort(c.Address)
	t := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	setDefault(&t.ServerName, host)
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return fmt.Errorf("sms.operators.%s.ca_file: %w", c.Name, err)
		}
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("sms.operators.%s.ca_file: no certificate in it; it must be PEM", c.Name)
		}
	}
	if c.CertFile != "" {
		cert, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return fmt.Errorf("sms.operators.%s.cert_file: %w", c.Name, err)
		}
		t.Certificates = []tls.Certificate{cert}
	}
	c.TLSConfig = t
	return nil
}

// alphabets are the meanings of data_coding 0, the SMSC's own alphabet, by the
// settings' word for each.
var alphabets = map[string]gsm.Default{"gsm": gsm.Unpacked, "packed": gsm.Packed, "latin1": gsm.Latin1}
