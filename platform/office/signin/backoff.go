package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
)

// A rule is how wrong attempts are slowed: some are free, then each further one
// doubles the wait, up to a most. There is no lock that does not lift by itself.
type rule struct {
	free  int64
	first time.Duration
	most  time.Duration
}

var (
	// accountRule leaves a guesser about a hundred attempts a day at one account,
	// each of which must have password and code right at once.
	accountRule = rule{free: 5, first: 30 * time.Second, most: 15 * time.Minute}
	// networkRule is milder: many officers may share an address.
	networkRule = rule{free: 20, first: 10 * time.Second, most: 5 * time.Minute}
)

// forget is after how long without a wrong attempt all earlier ones are forgotten.
const forget = 24 * time.Hour

// wait tells how long after the last of so many wrong attempts the next is taken.
func (r rule) wait(failures int64, last, now time.Time) time.Duration {
	if failures < r.free || now.Sub(last) >= forget {
		return 0
	}
	delay := r.most
	if over := failures - r.free; over < 20 {
		delay = min(r.most, r.first<<over)
	}
	return max(0, min(delay, delay-now.Sub(last)))
}

// A counter is a number of wrong attempts that is kept under a name.
type counter struct {
	what string
	rule rule
}

// Buckets for what anybody can make up, so that the table has a most of rows. They
// are chosen by a keyed hash: nobody outside can aim at another's.
const (
	nameBuckets    = 1 << 12
	networkBuckets = 1 << 16
)

// counters are those that an attempt counts for. A stranger who tries names counts
// for the account and for his network. An officer on a device on which he has signed
// in before counts for himself on that device alone: whatever a stranger does, he
// does not wait. Names that nobody has behave as those that somebody has.
func (s *Service) counters(officer, login, device, network string) []counter {
	if device != "" {
		return []counter{{"device:" + device[:32] + ":" + officer, accountRule}}
	}
	net := counter{"network:" + s.bucket("network", network, networkBuckets), networkRule}
	if officer == "" {
		return []counter{{"name:" + s.bucket("name", login, nameBuckets), accountRule}, net}
	}
	return []counter{{"officer:" + officer, accountRule}, net}
}

func (s *Service) bucket(kind, text string, n uint32) string {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write([]byte("bucket " + kind + "\x00" + text))
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(mac.Sum(nil))%n), 10)
}

// waitOf tells how long an attempt has to wait for all of its counters.
func waitOf(tx *database.Tx, counters []counter, now time.Time) (longest time.Duration, err error) {
	for _, c := range counters {
		failures, last, err := records.ReadAttempts(tx, c.what)
		if err != nil {
			return 0, err
		}
		longest = max(longest, c.rule.wait(failures, last, now))
	}
	return longest, nil
}

// countWrong counts a wrong attempt, and tells how many there have been at the
// first of the counters.
func countWrong(tx *database.Tx, counters []counter, now time.Time) (first int64, err error) {
	for i, c := range counters {
		failures, last, err := records.ReadAttempts(tx, c.what)
		if err != nil {
			return 0, err
		}
		if now.Sub(last) >= forget {
			failures = 0
		}
		failures++
		if err := records.SetAttempts(tx, c.what, failures, now); err != nil {
			return 0, err
		}
		if i == 0 {
			first = failures
		}
	}
	return first, nil
}

// series tells whether a number of wrong attempts is one at which the audit trail
// and the officer are told: when the waiting begins, and each time it has doubled.
func series(failures int64) bool {
	for n := accountRule.free; n <= failures; n *= 2 {
		if n == failures {
			return true
		}
	}
	return false
}
