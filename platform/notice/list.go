package notice

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/words"
)

// A Listed is a notice as an officer's list has it: masked, without its text.
type Listed struct {
	ID       string
	Kind     string
	Channel  Channel
	Language words.Language
	To       string // masked
	On       string
	Segments int
	Paisa    int
	State    State
	Reason   string // key of the catalogue, and behind a colon what the other side said
	Attempts int
	Put      time.Time
	Changed  time.Time
}

// Why is the reason in words.
func (l Listed) Why(lang words.Language) string {
	key, said, _ := strings.Cut(l.Reason, ": ")
	if key == "" {
		return ""
	}
	text := Texts.Text(lang, key)
	if said != "" {
		text += " (" + said + ")"
	}
	return text
}

// A Query chooses notices for a list. The newest come first.
type Query struct {
	ID    string // that notice alone
	State State  // "" for all
	Kind  string // "" for all
	To    string // a whole telephone number (923001234567) or address; "" for all
	On    string // kind:id; "" for all
	Limit int    // 50 if 0
	Skip  int
}

// List gives the notices that a query asks for, and how many there are in all.
func (s *Service) List(tx *database.Tx, q Query) (page []Listed, total int, err error) {
	where, args := []string{"1 = 1"}, []any{}
	for column, value := range map[string]string{"id": q.ID, "state": string(q.State), "kind": q.Kind, "on_what": q.On} {
		if value != "" {
			where, args = append(where, column+" = ?"), append(args, value)
		}
	}
	if q.To != "" {
		condition, values := s.cfg.Keys.Match("recipient_index", recipientColumn, q.To)
		where, args = append(where, condition), append(args, values...)
	}
	condition := strings.Join(where, " AND ")
	if err := tx.QueryRow(`SELECT count(*) FROM notice WHERE `+condition, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	rows, err := tx.Query(`SELECT id, kind, channel, language, masked, on_what, segments, state, reason, attempts, put, changed
		FROM notice WHERE `+condition+` ORDER BY put DESC, id LIMIT `+strconv.Itoa(q.Limit)+` OFFSET `+strconv.Itoa(max(q.Skip, 0)), args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var l Listed
		var put, changed database.Time
		if err := rows.Scan(&l.ID, &l.Kind, &l.Channel, &l.Language, &l.To, &l.On, &l.Segments, &l.State, &l.Reason, &l.Attempts, &put, &changed); err != nil {
			return nil, 0, err
		}
		l.Put, l.Changed, l.Paisa = put.Time, changed.Time, l.Segments*s.cfg.Paisa
		page = append(page, l)
	}
	return page, total, rows.Err()
}

// ErrState says that a notice is not, or not any more, where an act begins from.
var ErrState = errors.New("the notice has gone on meanwhile: look at it again")

// Resend has a notice sent again that was given up, is uncertain or was not delivered.
// Whoever calls it writes the audit row.
func (s *Service) Resend(tx *database.Tx, id string) error {
	if err := s.leave(tx, id, Waiting, GivenUp, Uncertain, Undelivered); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM notice_part WHERE notice = ?`, id); err != nil {
		return err
	}
	return s.cfg.Outbox.Put(tx, queue, id+"#"+rand.Text(), nil)
}

// Cancel keeps a notice from being sent that still waits.
func (s *Service) Cancel(tx *database.Tx, id string) error {
	return s.leave(tx, id, Cancelled, Waiting)
}

// leave brings a notice from one of some states into another.
func (s *Service) leave(tx *database.Tx, id string, to State, from ...State) error {
	var had State
	err := tx.QueryRow(`SELECT state FROM notice WHERE id = ?`, id).Scan(&had)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("there is no such notice: %w", ErrState)
	}
	if err != nil {
		return err
	}
	for _, f := range from {
		if had == f {
			return s.note(tx, id, to, "")
		}
	}
	return ErrState
}
