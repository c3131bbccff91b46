package bus

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nats-io/nats.go"
)

// A Body is what a message carries. It may hold personal data, and so prints its
// length alone, in fmt, in slog and in JSON.
type Body []byte

func (b Body) String() string { return fmt.Sprintf("[%d bytes]", len(b)) }

// Format prints the length for every verb.
func (b Body) Format(s fmt.State, _ rune) { io.WriteString(s, b.String()) }

// LogValue is the length.
func (b Body) LogValue() slog.Value { return slog.StringValue(b.String()) }

// MarshalText is the length: whoever sends a body on converts it to []byte.
func (b Body) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// A Message is one piece of work as its handler gets it.
type Message struct {
	Queue   string
	Key     string    // the same for every delivery and copy: what Once is asked with
	Body    Body      // not to be changed
	Attempt int       // 1 at the first delivery
	First   time.Time // when it was first sent, UTC
	Resent  int       // how often an officer has sent it again
}

// The headers of a message. Each stands for what only the sender or the bus knows.
const (
	headerKey      = "Intikhab-Key"
	headerFirst    = "Intikhab-First"
	headerResent   = "Intikhab-Resent"
	headerReason   = "Intikhab-Reason"
	headerAttempts = "Intikhab-Attempts"
	headerDied     = "Intikhab-Died"
)

// An envelope is what is written on a message, read from its headers.
type envelope struct {
	key      string
	first    time.Time // zero: see when the stream took it
	resent   int
	reason   string // of a dead letter: why; of a dropped one: why it was dropped
	attempts int
	died     time.Time
}

func (e envelope) header() nats.Header {
	h := nats.Header{headerKey: {e.key}}
	if !e.first.IsZero() {
		h.Set(headerFirst, e.first.UTC().Format(time.RFC3339Nano))
	}
	if e.resent > 0 {
		h.Set(headerResent, strconv.Itoa(e.resent))
	}
	if e.reason != "" {
		h.Set(headerReason, e.reason)
	}
	if e.attempts > 0 {
		h.Set(headerAttempts, strconv.Itoa(e.attempts))
	}
	if !e.died.IsZero() {
		h.Set(headerDied, e.died.UTC().Format(time.RFC3339Nano))
	}
	return h
}

// readEnvelope reads the headers of a message that may come from anybody on a
// cluster's connection. What is not understood is an error: the message is then a
// dead letter, and not lost.
func readEnvelope(h nats.Header) (e envelope, err error) {
	e.key, e.reason = h.Get(headerKey), h.Get(headerReason)
	if err = checkKey(e.key); err != nil {
		return e, err
	}
	if e.reason != oneLine(e.reason) {
		return e, fmt.Errorf("header %s is not one short line", headerReason)
	}
	number := func(name string, n *int) {
		text := h.Get(name)
		if text == "" || err != nil {
			return
		}
		if *n, err = strconv.Atoi(text); err != nil || *n < 1 || strconv.Itoa(*n) != text {
			err = fmt.Errorf("header %s is not a number of times", name)
		}
	}
	instant := func(name string, t *time.Time) {
		text := h.Get(name)
		if text == "" || err != nil {
			return
		}
		at, wrong := time.Parse(time.RFC3339Nano, text)
		if at = at.UTC(); wrong != nil || at.Year() < 1970 || at.Year() > 9999 {
			err = fmt.Errorf("header %s is not an instant", name)
		}
		*t = at
	}
	number(headerResent, &e.resent)
	number(headerAttempts, &e.attempts)
	instant(headerFirst, &e.first)
	instant(headerDied, &e.died)
	return e, err
}

var queueName = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$`)

func checkQueue(queue string) error {
	if len(queue) > 100 || !queueName.MatchString(queue) {
		return fmt.Errorf("bus: queue %.120q: a name is like notice.sms, of small letters, digits, - and dots", queue)
	}
	return nil
}

func checkKey(key string) error {
	if key == "" || len(key) > mostKey {
		return fmt.Errorf("bus: a key of %d bytes: 1 to %d", len(key), mostKey)
	}
	for i := range len(key) {
		if c := key[i]; c <= ' ' || c > '~' {
			return errors.New("bus: a key has printable ASCII characters only, no space")
		}
	}
	return nil
}

// messageID is by which JetStream knows a message that it has already.
func messageID(queue, key string) string { return queue + "/" + key }

const mostReason = 500

// oneLine makes a text fit for a header: a line of at most mostReason bytes.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	for len(text) > mostReason {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return strings.TrimSpace(text)
}
