package notice

import (
	"context"
	"crypto/rand"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

// stopWords are what a person sends to the short code to get no more notices, and
// startWords to get them again. The first of each list is what notices name.
var (
	stopWords  = []string{"STOP", "UNSUB", "BAND", "بند", "روکیں"}
	startWords = []string{"START", "SHURU", "شروع"}
)

// Word tells what a text asks of the notices: stop, start, or nothing.
func Word(text string) (stop, start bool) {
	text = strings.ToUpper(strings.Trim(strings.TrimSpace(text), ".!۔؟?\"'"))
	for _, w := range stopWords {
		stop = stop || text == w
	}
	for _, w := range startWords {
		start = start || text == w
	}
	return stop, start
}

// stopped tells whether whoever has this number or address has sent STOP.
func (s *Service) stopped(tx *database.Tx, to string) (bool, error) {
	condition, args := s.cfg.Keys.Match("recipient_index", stopColumn, to)
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM notice_stop WHERE `+condition, args...).Scan(&n)
	return n > 0, err
}

// Stop notes that a telephone wants no more notices but those that are a duty.
func (s *Service) Stop(tx *database.Tx, number sms.MSISDN) error {
	if had, err := s.stopped(tx, number.Reveal()); err != nil || had {
		return err
	}
	id := rand.Text()
	_, err := tx.Exec(`INSERT INTO notice_stop (id, recipient, recipient_index, since) VALUES (?, ?, ?, ?)`,
		id, s.cfg.Keys.Seal(stopTable, "recipient", id, []byte(number.Reveal())), s.cfg.Keys.Index(stopColumn, number.Reveal()),
		database.Time{Time: s.cfg.Now()})
	return err
}

// Start undoes Stop.
func (s *Service) Start(tx *database.Tx, number sms.MSISDN) error {
	condition, args := s.cfg.Keys.Match("recipient_index", stopColumn, number.Reveal())
	_, err := tx.Exec(`DELETE FROM notice_stop WHERE `+condition, args...)
	return err
}

// HandleSMS answers STOP and START; it stands in the short code's table of routes for
// the texts that Word knows. The answer is in both languages: nobody who wants to be
// left alone should be asked which. If the wish cannot be written down there is no
// answer, and it is asked again.
//
// BUG: it writes to the database in the goroutine that reads the operator's connection,
// which a Handler should not: each wish holds that connection's questions up for the
// milliseconds of one commit.
func (s *Service) HandleSMS(in *sms.Message, reply []byte) []byte {
	stop, start := Word(in.Text)
	key := "notice.stopped"
	err := s.cfg.DB.Update(context.Background(), func(tx *database.Tx) error {
		switch {
		case stop:
			return s.Stop(tx, in.From)
		case start:
			key = "notice.started"
			return s.Start(tx, in.From)
		}
		return nil
	})
	if err != nil {
		panic(err) // the gateway gives the message back to the operator, who brings it again
	}
	reply = append(reply, Texts.Text(words.English, key)...)
	return append(append(reply, '\n'), Texts.Text(words.Urdu, key)...)
}
