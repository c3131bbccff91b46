package bus

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"
)

// TestEnvelope: what is written on a message is read from it.
func TestEnvelope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instant := func(name string) time.Time {
			return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, name), rapid.Int64Range(0, 1e9-1).Draw(t, name+"ns")).UTC()
		}
		e := envelope{
			key:      rapid.StringMatching(`[!-~]{1,200}`).Draw(t, "key"),
			first:    instant("first"),
			resent:   rapid.IntRange(0, 1000).Draw(t, "resent"),
			reason:   oneLine(rapid.String().Draw(t, "reason")),
			attempts: rapid.IntRange(0, 1000).Draw(t, "attempts"),
			died:     instant("died"),
		}
		msg := nats.Msg{Subject: "x", Header: e.header()}
		if got, err := readEnvelope(msg.Header); err != nil || got != e {
			t.Fatalf("%+v, %v; want %+v", got, err, e)
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	f.Add("key", "2026-02-08T21:00:00Z", "1", "no such office", "3", "2026-02-08T21:00:00.5+05:00")
	f.Add("a key", "yesterday", "-1", "two\nlines", "03", "0000-01-01T00:00:00+01:00")
	f.Add("", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, key, first, resent, reason, attempts, died string) {
		h := nats.Header{}
		for name, value := range map[string]string{headerKey: key, headerFirst: first, headerResent: resent, headerReason: reason, headerAttempts: attempts, headerDied: died} {
			if value != "" {
				h.Set(name, value)
			}
		}
		e, err := readEnvelope(h)
		if err != nil {
			return
		}
		if again, err := readEnvelope(e.header()); err != nil || again != e {
			t.Fatalf("%+v is written and read as %+v, %v", e, again, err)
		}
		if strings.ContainsAny(e.key+e.reason, "\r\n") {
			t.Fatalf("%q, %q would end the header", e.key, e.reason)
		}
	})
}

func FuzzOneLine(f *testing.F) {
	f.Add("line one\nline two")
	f.Add(strings.Repeat("ووٹر ", 200))
	f.Add("\xff\x00 \u2028")
	f.Fuzz(func(t *testing.T, text string) {
		line := oneLine(text)
		if len(line) > mostReason || line != oneLine(line) || strings.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("%q becomes %q, %q", text, line, oneLine(line))
		}
	})
}

// TestBodyIsNotShown, by whichever way it might come into a log.
func TestBodyIsNotShown(t *testing.T) {
	m := Message{Queue: "q", Key: "k", Body: Body("0300-1234567")}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	shown := string(b) + m.Body.LogValue().String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		shown += fmt.Sprintf(verb, m.Body) + fmt.Sprintf(verb, m) + fmt.Sprintf(verb, &m)
	}
	if hex := fmt.Sprintf("%x", "0300-1234567"); strings.Contains(shown, "1234567") || strings.Contains(shown, hex) || strings.Contains(shown, "48 51") {
		t.Error(shown)
	}
}
