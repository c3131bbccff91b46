package sms

import (
	"strings"
	"time"
)

// Message is one text that a person sent to the short code, whole: parts joined,
// characters decoded.
type Message struct {
	Operator string    // name of the operator in the settings
	From     MSISDN    // who asks
	To       MSISDN    // the short code as the person dialled it
	Text     string    // "" when the message was empty
	Received time.Time // when its last part came in
}

// Handler answers messages.
//
// HandleSMS appends the reply (UTF-8) to reply and returns it; appending nothing
// is silence: the message is acknowledged and nothing sent. It is called by many
// goroutines at once, by each one message after the other, and must not block: it
// is the reader of a connection that waits. Neither in nor reply may be kept.
type Handler interface {
	HandleSMS(in *Message, reply []byte) (out []byte)
}

// BatchHandler is a Handler that answers several messages faster together than one
// after the other.
//
// HandleSMSBatch does for each message what HandleSMS does: it appends the reply to
// in[i] to replies[i]. The same holds for it; neither slice may be kept.
type BatchHandler interface {
	Handler
	HandleSMSBatch(in []Message, replies [][]byte)
}

// HandlerFunc makes a Handler of a function.
type HandlerFunc func(in *Message, reply []byte) []byte

// HandleSMS calls the function.
func (f HandlerFunc) HandleSMS(in *Message, reply []byte) []byte { return f(in, reply) }

// Echo is the Handler that looks nothing up: every message gets the same reply.
// The benchmarks compare the real answer with it.
type Echo string

// HandleSMS appends the text.
func (e Echo) HandleSMS(_ *Message, reply []byte) []byte { return append(reply, e...) }

// Route says which messages one system answers.
type Route struct {
	System string                 // the system's name, for people
	Words  []string               // first words that lead here, compared without case
	Shape  func(in *Message) bool // optional: messages that lead here whatever their first word
	Handler
}

// Routes is the table that says which system answers a message of the one short
// code: the first row one of whose words is the message's first word or whose shape
// fits. A row with neither takes every message, so it stands last. A message that no
// row takes is met with silence.
type Routes []Route

// HandleSMS passes the message to the system it belongs to.
func (r Routes) HandleSMS(in *Message, reply []byte) []byte {
	if route := r.find(in); route != nil {
		return route.HandleSMS(in, reply)
	}
	return reply
}

// HandleSMSBatch passes on each run of messages that belong to one system.
func (r Routes) HandleSMSBatch(in []Message, replies [][]byte) {
	for len(in) > 0 {
		route, n := r.find(&in[0]), 1
		for n < len(in) && r.find(&in[n]) == route {
			n++
		}
		if route != nil {
			handleBatch(route.Handler, in[:n], replies[:n])
		}
		in, replies = in[n:], replies[n:]
	}
}

// handleBatch asks a handler that may or may not take batches.
func handleBatch(h Handler, in []Message, replies [][]byte) {
	if b, ok := h.(BatchHandler); ok {
		b.HandleSMSBatch(in, replies)
		return
	}
	for i := range in {
		replies[i] = h.HandleSMS(&in[i], replies[i])
	}
}

func (r Routes) find(in *Message) *Route {
	var word string
	for i := range r {
		route := &r[i]
		if len(route.Words) == 0 && route.Shape == nil {
			return route
		}
		if len(route.Words) > 0 && word == "" {
			word = firstWord(in.Text)
		}
		for _, w := range route.Words {
			if strings.EqualFold(w, word) {
				return route
			}
		}
		if route.Shape != nil && route.Shape(in) {
			return route
		}
	}
	return nil
}

func firstWord(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " \t\r\n,;:#"); i >= 0 {
		return text[:i]
	}
	return text
}
