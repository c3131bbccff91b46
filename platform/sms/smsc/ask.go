package smsc

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"intikhab/platform/sms/gsm"
	"intikhab/platform/sms/smpp"
)

// Reply is what a telephone shows.
type Reply struct {
	Text     string        `json:"text"`
	Encoding string        `json:"encoding"` // "GSM 7-bit", "UCS-2", …
	Segments int           `json:"segments"`
	Octets   int           `json:"octets"` // of user data, headers included
	Took     time.Duration `json:"took"`   // from the sending of the question
}

func (r *reply) whole(q *question) Reply {
	return Reply{Text: strings.Join(r.texts, ""), Encoding: r.encoding, Segments: len(r.texts), Octets: r.octets,
		Took: time.Since(q.asked)}
}

// ErrSilence is returned when a question was acknowledged without a reply.
var ErrSilence = errors.New("smsc: acknowledged without a reply")

// Ask sends a text from a telephone to the short code, as so many deliver_sm as it
// needs, and waits for the reply.
func (s *Server) Ask(ctx context.Context, from, text string) (Reply, error) {
	messages, err := s.messages(from, text)
	if err != nil {
		return Reply{}, err
	}
	return s.AskRaw(ctx, from, messages...)
}

// AskRaw is Ask for deliver_sm made by the caller, the parts of one question. Where
// an address is missing it is filled in.
func (s *Server) AskRaw(ctx context.Context, from string, messages ...smpp.Message) (Reply, error) {
	answer := make(chan Reply, 1)
	s.mu.Lock()
	s.ask(from, s.addressed(from, messages), answer)
	s.pump()
	s.unlock()
	select {
	case r, ok := <-answer:
		if !ok {
			return Reply{}, ErrSilence
		}
		return r, nil
	case <-ctx.Done():
		return Reply{}, fmt.Errorf("smsc: no reply yet: %w", ctx.Err())
	}
}

// Queue sends a text from each telephone and does not wait.
func (s *Server) Queue(text string, from ...string) error {
	s.mu.Lock()
	defer s.unlock()
	for _, f := range from {
		messages, err := s.messages(f, text)
		if err != nil {
			return err
		}
		s.ask(f, s.addressed(f, messages), nil)
	}
	s.pump()
	return nil
}

// messages encodes a text as a telephone does.
func (s *Server) messages(from, text string) ([]smpp.Message, error) {
	e, err := gsm.Encode(text, gsm.Allowed{}, uint16(s.ref.Add(1)))
	if err != nil {
		return nil, fmt.Errorf("smsc: %w", err)
	}
	var messages []smpp.Message
	for i := range e.Len() {
		m := smpp.Message{DataCoding: e.DataCoding, ShortMessage: append([]byte(nil), e.Part(i)...)}
		if e.UDHI {
			m.ESMClass = smpp.ESMClassUDHI
		}
		messages = append(messages, m)
	}
	return messages, nil
}

func (s *Server) addressed(from string, messages []smpp.Message) []smpp.Message {
	for i := range messages {
		if m := &messages[i]; m.Source.Addr == nil {
			m.Source = smpp.Address{TON: smpp.TONInternational, NPI: smpp.NPIE164, Addr: []byte(from)}
		}
		if m := &messages[i]; m.Dest.Addr == nil {
			m.Dest = smpp.Address{NPI: smpp.NPIE164, Addr: []byte(s.cfg.ShortCode)}
		}
	}
	return messages
}
