package claim

import (
	"fmt"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/notice"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

const (
	toldPrefix  = "claim.told."       // keys of what the claimant is told
	otherPrefix = "claim.told_other." // and of what the person objected against is
	subjectKey  = "claim.told_subject"
)

// Told are the kinds of notices about claims. Those that tell a day or a decision are
// duties: who has sent STOP must be able to come, and to appeal.
func Told() (kinds []notice.Kind) {
	for _, key := range Texts.Keys() {
		for _, prefix := range []string{toldPrefix, otherPrefix} {
			if kind, ok := strings.CutPrefix(key, prefix); ok {
				if prefix == otherPrefix {
					kind += ".other"
				}
				duty := kind != "received" && kind != "completed" && kind != "withdrawn"
				kinds = append(kinds, notice.Kind{Name: "claim." + kind, Texts: Texts, Text: key, Subject: subjectKey, Duty: duty})
			}
		}
	}
	return kinds
}

// tell tells the claimant of a step, at the telephone that was confirmed.
func (s *Store) tell(tx *database.Tx, c *Claim, kind string) error {
	if !c.Claimant.Confirmed {
		return nil
	}
	return s.put(tx, c, kind, c.Claimant.Telephone, c.Claimant.Language)
}

// tellBoth tells the person objected against too, if a telephone of his is known: from a
// claim that he made himself. Nobody tells him who objected.
func (s *Store) tellBoth(tx *database.Tx, c *Claim, kind string) error {
	if err := s.tell(tx, c, kind); err != nil || c.Form.Kind() != Objection || c.Against.CNIC == noNumber || c.Against.CNIC == c.Claimant.CNIC {
		return err
	}
	match, args := s.cfg.Keys.Match("claimant_index", claimantColumn, c.Against.CNIC.Reveal())
	own, err := s.all(tx, `WHERE `+match+` ORDER BY received DESC LIMIT 20`, args...)
	if err != nil {
		return err
	}
	for _, o := range own {
		if o.Claimant.Confirmed && o.Claimant.Agent == "" && o.Claimant.Telephone.Reveal() != "" {
			return s.put(tx, c, kind+".other", o.Claimant.Telephone, o.Claimant.Language)
		}
	}
	return nil
}

func (s *Store) put(tx *database.Tx, c *Claim, kind string, to sms.MSISDN, lang words.Language) error {
	if s.cfg.Notices == nil || to.Reveal() == "" {
		return nil
	}
	data := map[string]string{"number": string(c.Number), "page": s.Track(c.Number)}
	if !c.Hearing.At.IsZero() {
		data["at"], data["place"] = words.Instant(lang, c.Hearing.At), c.Hearing.Place.In(lang)
	}
	if !c.Due.IsZero() {
		data["due"] = words.Date(lang, c.Due)
	}
	_, err := s.cfg.Notices.Put(tx, notice.Notice{
		Kind: "claim." + kind, Language: lang, Telephone: to, Data: data, On: c.on(),
		Key: fmt.Sprintf("%s/%d/%s", c.on(), c.Version, kind),
	})
	return err
}
