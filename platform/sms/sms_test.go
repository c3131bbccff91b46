package sms_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"intikhab/platform/sms"
)

func TestMSISDN(t *testing.T) {
	for _, text := range []string{"03001234567", "3001234567", "923001234567", "+923001234567", "00923001234567", "+92 300 1234567", "0300-1234567"} {
		m, err := sms.ParseMSISDN(text)
		if err != nil || m.Reveal() != "923001234567" {
			t.Errorf("%q: %q %v", text, m.Reveal(), err)
		}
		if m.FirstOperator() != "Mobilink" {
			t.Errorf("%q is of %q", text, m.FirstOperator())
		}
	}
	for text, want := range map[string]string{"8300": "8300", "442071234567": "442071234567", "021-99231029": "2199231029", "111": "111"} {
		if m, err := sms.ParseMSISDN(text); err != nil || m.Reveal() != want || m.FirstOperator() != "" {
			t.Errorf("%q: %q %v", text, m.Reveal(), err)
		}
	}
	for _, text := range []string{"", "12", "JAZZ", "9230012345678901", "92300x", "0003001234567", "+", "92+300"} {
		if m, err := sms.ParseMSISDN(text); err == nil {
			t.Errorf("%q taken for %q", text, m.Reveal())
		}
	}
}

// Ensure that no way of printing a number shows it.
func TestMSISDNIsMasked(t *testing.T) {
	m, _ := sms.ParseMSISDN("923001234567")
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%T%v"} {
		fmt.Fprintf(&b, verb+"\n", m)
		fmt.Fprintf(&b, verb+"\n", struct{ M sms.MSISDN }{m})
		fmt.Fprintf(&b, verb+"\n", &m)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "m", m, "in", sms.Message{From: m})
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "m", m, "in", sms.Message{From: m})
	j, _ := json.Marshal(map[string]any{"m": m})
	b.Write(j)
	if s := b.String(); strings.Contains(s, "1234567") || strings.Contains(s, fmt.Sprintf("%x", uint64(923001234567))) || !strings.Contains(s, "92300*******") {
		t.Error(s)
	}
	if short, _ := sms.ParseMSISDN("8300"); short.String() != "8300" {
		t.Error(short.String())
	}
}

func TestMSISDNRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(92_3000000000, 92_3999999999).Draw(t, "number")
		m, err := sms.ParseMSISDN(fmt.Sprint(n))
		if err != nil || m.RevealUint64() != n || string(m.AppendReveal(nil)) != fmt.Sprint(n) {
			t.Fatal(m.Reveal(), err)
		}
		again, err := sms.ParseMSISDN("0" + m.Reveal()[2:])
		if err != nil || again != m {
			t.Fatal(again.Reveal(), err)
		}
	})
}

func TestRoutes(t *testing.T) {
	named := func(name string) sms.Handler {
		return sms.HandlerFunc(func(_ *sms.Message, reply []byte) []byte { return append(reply, name...) })
	}
	table := sms.Routes{
		{System: "complaints", Words: []string{"complaint", "شکایت"}, Handler: named("complaints")},
		{System: "results", Shape: func(m *sms.Message) bool { return strings.HasPrefix(m.Text, "F45:") }, Handler: named("results")},
		{System: "voterinfo", Handler: named("voterinfo")},
	}
	for text, want := range map[string]string{"4230149640001": "voterinfo", "": "voterinfo", "Complaint, the door is shut": "complaints",
		"  COMPLAINT": "complaints", "شکایت ہے": "complaints", "complaints": "voterinfo", "F45:abc": "results"} {
		if got := string(table.HandleSMS(&sms.Message{Text: text}, nil)); got != want {
			t.Errorf("%q went to %s, not %s", text, got, want)
		}
	}
	if got := table[:2].HandleSMS(&sms.Message{Text: "hello"}, nil); len(got) != 0 {
		t.Errorf("answered %q", got)
	}
}

func TestValidate(t *testing.T) {
	good := sms.OperatorConfig{Name: "first", Address: "127.0.0.1:2775", SystemID: "8300"}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*sms.OperatorConfig){
		"sms.operators.first.address":         func(c *sms.OperatorConfig) { c.Address = "smsc" },
		"sms.operators.first.system_id":       func(c *sms.OperatorConfig) { c.SystemID = "" },
		"sms.operators.first.mode":            func(c *sms.OperatorConfig) { c.Mode = "both" },
		"sms.operators.first.binds":           func(c *sms.OperatorConfig) { c.Binds = -1 },
		"sms.operators.first.window":          func(c *sms.OperatorConfig) { c.Window = 1 << 20 },
		"sms.operators.first.throughput":      func(c *sms.OperatorConfig) { c.Throughput = -1 },
		"sms.operators.first.alphabet":        func(c *sms.OperatorConfig) { c.Alphabet = "ascii" },
		"sms.operators.first.password_file":   func(c *sms.OperatorConfig) { c.Password, c.PasswordFile = "a", "b" },
		"sms.operators.first.reconnect_min":   func(c *sms.OperatorConfig) { c.ReconnectMin = c.ReconnectMax + 1<<40 },
		"sms.operators.first.give_up_after":   func(c *sms.OperatorConfig) { c.GiveUpAfter = -1 },
		"sms.operators.first.cert_file":       func(c *sms.OperatorConfig) { c.CertFile = "x" },
		"sms.operators.first.service_type: 6": func(c *sms.OperatorConfig) { c.ServiceType = "abcdef" },
	} {
		c := good
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	cfg := sms.Config{Operators: map[string]sms.OperatorConfig{"first": {Address: "127.0.0.1:1", SystemID: "x", PasswordFile: "no such file"}}}
	if _, err := sms.NewGateway(cfg, sms.Echo(""), nil); err == nil || !strings.Contains(err.Error(), "first.password_file") {
		t.Error(err)
	}
}
