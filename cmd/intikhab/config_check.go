package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"intikhab/platform/sms"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/limits"
)

// check finds what is wrong with the settings, all of it, each with its key. It
// opens none of the files they name but those of the wording.
func (c *config) check() (errs []error) {
	wrong := func(key string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	if !c.answersVoters() && !c.offices() {
		errs = append(errs, errors.New("nothing to run: give roll.file for 8300, office.listen for the officers' site, or both"))
	}
	if c.answersVoters() {
		errs = append(errs, oneKey("roll", "roll keygen", c.Roll.KeyFile, c.Roll.KeyEnv, c.Roll.KeyCredential)...)
	}
	errs = append(errs, c.checkOffice()...)
	if (c.HTTP.TLSCert == "") != (c.HTTP.TLSKey == "") {
		wrong("http", errors.New("tls_cert and tls_key go together"))
	}
	if c.answersVoters() && off(c.HTTP.Listen) && len(c.SMS.Operators) == 0 {
		errs = append(errs, errors.New("nobody could ask: give http.listen, or an operator in [sms.operators.NAME]"))
	}
	wrong("http.listen", checkAddress(c.HTTP.Listen))
	wrong("console.listen", checkAddress(c.Console.Listen))
	errs = append(errs, noUnits(reflect.ValueOf(*c), "")...)
	_, err := c.Answer.schemeFinal()
	wrong("answer.scheme_final", err)
	_, err = networks(c.HTTP.TrustedProxies)
	wrong("http.trusted_proxies", err)
	_, err = networks(c.Webhook.Peers)
	wrong("webhook.peers", err)
	_, err = limits.New(c.Limits.settings())
	for _, err := range inside(err) {
		errs = append(errs, fmt.Errorf("limits.%w", err))
	}
	errs = append(errs, c.checkAnswer()...)
	for _, name := range slices.Sorted(maps.Keys(c.SMS.Operators)) {
		o := c.SMS.Operators[name]
		o.Name = name
		errs = append(errs, parts(o.Validate())...)
	}
	_, err = c.Log.logger()
	return append(errs, parts(err)...)
}

// noUnits finds times that were written as a bare number: TOML makes nanoseconds
// of them, which nobody means.
func noUnits(v reflect.Value, key string) (errs []error) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("toml"), ",")
			if name != "" && name != "-" {
				errs = append(errs, noUnits(v.Field(i), key+"."+name)...)
			}
		}
	case reflect.Map:
		for _, name := range v.MapKeys() {
			errs = append(errs, noUnits(v.MapIndex(name), key+"."+name.String())...)
		}
	case reflect.Int64:
		d, ok := v.Interface().(sms.Duration)
		if ok && d != 0 && d > -sms.Duration(time.Millisecond) && d < sms.Duration(time.Millisecond) {
			errs = append(errs, fmt.Errorf("%s: %d has no unit: write \"%ds\" for seconds", key[1:], d, d))
		}
	}
	return errs
}

// checkAnswer checks what the answers are made of.
func (c *config) checkAnswer() (errs []error) {
	answer := voterinfo.Config{Language: c.Answer.Language, Helpline: c.Answer.Helpline, Offices: c.Answer.Offices}
	_, err := voterinfo.Preview(answer)
	for _, err := range inside(err) {
		errs = append(errs, fmt.Errorf("answer.%w", err))
	}
	if c.Answer.Wording != "" {
		_, err := voterinfo.Preview(voterinfo.Config{Wording: c.Answer.Wording})
		for _, err := range inside(err) {
			errs = append(errs, fmt.Errorf("answer.wording: %w", err))
		}
	}
	return errs
}

// parts takes apart an error that says several things.
func parts(err error) (errs []error) {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
	case !ok:
		errs = append(errs, err)
	default:
		for _, e := range joined.Unwrap() {
			errs = append(errs, parts(e)...)
		}
	}
	return errs
}

// inside is parts of what an error of another package wraps in its name.
func inside(err error) []error {
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	return parts(err)
}

// mistakes is the error that says what is wrong with a file.
func mistakes(path string, errs []error) error {
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s: %w", path, errs[0])
	}
	var text strings.Builder
	for _, err := range errs {
		text.WriteString("\n  " + err.Error())
	}
	return fmt.Errorf("%s: %d mistakes:%s", path, len(errs), text.String())
}

// off tells whether nothing is to listen at an address.
func off(address string) bool { return address == "" || address == "off" }

func checkAddress(address string) error {
	if off(address) {
		return nil
	}
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return fmt.Errorf("%q is not HOST:PORT, as 127.0.0.1:8080", address)
	}
	return nil
}

// schemeFinal is the moment from which answers name the polling station: the
// date's first in Pakistan; zero for never.
func (a answerConfig) schemeFinal() (time.Time, error) {
	if a.SchemeFinal == "" {
		return time.Time{}, nil
	}
	return voterinfo.ParseDate(a.SchemeFinal)
}

// networks reads addresses and networks.
func networks(texts []string) (nets []netip.Prefix, err error) {
	for _, text := range texts {
		n, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network, as 10.1.0.0/16", text)
			}
			n = netip.PrefixFrom(addr, addr.BitLen())
		}
		nets = append(nets, n)
	}
	return nets, nil
}
