package claim

import (
	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim/receipt"
)

// Reach gives the telephone at which the claimant of a claim is told of it, and in which
// language: a code goes there before he is shown the claim. Unless the claim is his who
// has this CNIC, and has a telephone, there is ErrMissing.
func (s *Store) Reach(tx *database.Tx, n receipt.Number, who cnic.Number) (sms.MSISDN, words.Language, error) {
	c, err := s.get(tx, n)
	if err != nil {
		return sms.MSISDN{}, "", err
	}
	if who == noNumber || who != c.Claimant.CNIC || c.Claimant.Telephone == (sms.MSISDN{}) {
		return sms.MSISDN{}, "", ErrMissing
	}
	return c.Claimant.Telephone, c.Claimant.Language, nil
}
