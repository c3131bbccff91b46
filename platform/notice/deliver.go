package notice

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

// State is how far a notice is.
type State string

// The states; see the package's comment.
const (
	Waiting     State = "waiting"
	Sending     State = "sending" // handed over, the answer is not known
	Sent        State = "sent"    // accepted by an operator or a mail server
	Delivered   State = "delivered"
	Undelivered State = "undelivered" // the receipt says that it never arrived
	Uncertain   State = "uncertain"   // may have been sent or not
	GivenUp     State = "given_up"
	Cancelled   State = "cancelled"
	Unwanted    State = "unwanted"
)

// Why a notice was given up, as keys of the catalogue; what an operator or a mail
// server has said stands behind a colon.
const (
	whyRefused    = "notice.why.refused"
	whyNobody     = "notice.why.nobody"     // nobody took it in all attempts
	whyNoChannel  = "notice.why.no_channel" // no operator, or no mail server, is set up
	whyInterrupt  = "notice.why.interrupted"
	whyUnknown    = "notice.why.unknown_outcome"
	whyNoReceipt  = "notice.why.receipt"
	whyNoText     = "notice.why.no_text"
	attempts      = 12
	sendTimeout   = 90 * time.Second
	errorsOnePart = 160 // characters kept of what a server said
)

// Work sends what waits, on this node too, until the bus closes.
func (s *Service) Work(b *bus.Bus) error {
	return b.Work(queue, bus.WorkOptions{Attempts: attempts, Timeout: 2 * sendTimeout,
		Backoff: []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}},
		s.deliver)
}

// record is a notice as deliver needs it.
type record struct {
	id       string
	kind     Kind
	channel  Channel
	lang     words.Language
	to       string
	data     map[string]string
	attempts int
}

// deliver is the bus's handler: one attempt at one notice.
func (s *Service) deliver(ctx context.Context, m bus.Message) error {
	id := m.Key[:max(strings.LastIndexByte(m.Key, '#'), 0)] // the rest tells one sending from another
	r, err := s.take(ctx, id)
	if err != nil || r == nil {
		return err
	}
	why, parts, sent := s.hand(ctx, r)
	var temporary error
	state, reason := Sent, ""
	switch {
	case sent:
	case why.again && m.Attempt < attempts:
		state, temporary = Waiting, fmt.Errorf("notice: %s", why)
		reason = why.String()
	case why.again:
		state, reason = GivenUp, whyNobody+": "+why.said
	case why.uncertain:
		state, reason = Uncertain, why.String()
	default:
		state, reason = GivenUp, why.String()
	}
	// The answer is written down even when the bus is closing and ctx has ended.
	err = s.cfg.DB.Update(context.WithoutCancel(ctx), func(tx *database.Tx) error {
		if err := s.note(tx, id, state, reason); err != nil || !sent {
			return err
		}
		return s.noteParts(tx, id, parts)
	})
	return errors.Join(err, temporary)
}

// take makes a waiting notice one that is being sent, and returns it; nil if there
// is nothing to be done. A notice that was being sent when its node died is uncertain.
func (s *Service) take(ctx context.Context, id string) (r *record, err error) {
	var later time.Time
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		r, later = nil, time.Time{}
		var kind, channel, lang, state string
		var to, sealed []byte
		var n int
		err := tx.QueryRow(`SELECT kind, channel, language, state, recipient, content, attempts FROM notice WHERE id = ?`, id).
			Scan(&kind, &channel, &lang, &state, &to, &sealed, &n)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // was removed with what it told of
		}
		if err != nil {
			return err
		}
		switch State(state) {
		case Waiting:
		case Sending:
			return s.note(tx, id, Uncertain, whyInterrupt)
		default:
			return nil
		}
		k, known := s.kinds[kind]
		if !known {
			return s.note(tx, id, GivenUp, whyNoText)
		}
		if Channel(channel) == SMS && !k.Duty {
			if end, night := s.cfg.Night.until(s.cfg.Now()); night {
				later = end
				return nil
			}
		}
		opened, err := s.open(id, to, sealed)
		if err != nil {
			return err
		}
		if !k.Duty {
			stopped, err := s.stopped(tx, opened.to)
			if err != nil {
				return err
			}
			if stopped {
				return s.note(tx, id, Unwanted, "")
			}
		}
		opened.kind, opened.channel, opened.lang, opened.attempts = k, Channel(channel), words.Language(lang), n+1
		r = opened
		_, err = tx.Exec(`UPDATE notice SET state = ?, attempts = attempts + 1, changed = ? WHERE id = ?`,
			string(Sending), database.Time{Time: s.cfg.Now()}, id)
		return err
	})
	if err == nil && !later.IsZero() {
		return nil, bus.Later(later)
	}
	return r, err
}

// open opens the sealed columns.
func (s *Service) open(id string, to, sealed []byte) (*record, error) {
	number, err := s.cfg.Keys.Open(table, "recipient", id, to)
	if err != nil {
		return nil, err
	}
	text, err := s.cfg.Keys.Open(table, "content", id, sealed)
	if err != nil {
		return nil, err
	}
	var c content
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	return &record{id: id, to: string(number), data: c.Data}, nil
}

// failure is why a notice was not sent.
type failure struct {
	why       string // key of the catalogue
	said      string // by the other side, in its own words
	again     bool   // another attempt may do
	uncertain bool   // it may have been sent all the same
}

func (f failure) String() string {
	if f.said == "" {
		return f.why
	}
	return f.why + ": " + clip(f.said)
}

func clip(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > errorsOnePart {
		text = strings.ToValidUTF8(text[:errorsOnePart], "") + "…"
	}
	return text
}

// hand hands a notice to an operator or a mail server.
func (s *Service) hand(ctx context.Context, r *record) (why failure, sent sms.Sent, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	text := r.kind.text(r.lang, r.kind.Text, r.data)
	if r.channel == Mail {
		why, ok = s.mail(ctx, r, text)
		return why, sent, ok
	}
	if s.cfg.Telephone == nil {
		return failure{why: whyNoChannel}, sent, false
	}
	to, err := sms.ParseMSISDN(r.to)
	if err != nil {
		return failure{why: whyRefused, said: "the number is none"}, sent, false
	}
	sent, err = s.cfg.Telephone.Send(ctx, sms.Outgoing{To: to, From: s.cfg.Sender, Text: text})
	var refused *sms.Refused
	switch {
	case err == nil:
		return why, sent, true
	case errors.As(err, &refused):
		return failure{why: whyRefused, said: refused.Operator + ": " + refused.Status.String()}, sent, false
	case errors.Is(err, sms.ErrUnknownOutcome):
		return failure{why: whyUnknown, uncertain: true}, sent, false
	}
	return failure{why: whyNobody, said: strings.TrimPrefix(err.Error(), "sms: "), again: true}, sent, false
}

// note writes down how far a notice is.
func (s *Service) note(tx *database.Tx, id string, state State, reason string) error {
	_, err := tx.Exec(`UPDATE notice SET state = ?, reason = ?, changed = ? WHERE id = ?`,
		string(state), reason, database.Time{Time: s.cfg.Now()}, id)
	return err
}
