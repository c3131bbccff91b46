// Package limits says how often one may ask 8300, and keeps anybody from listing
// the roll through it. The limits are wide enough that a family sharing one
// telephone never meets them; TestFamilyNeverMeetsALimit shows it, and
// TestListingIsStopped the other side.
//
// Four things are counted, each in a table of fixed size:
//
//   - questions of one asker: a bucket of tokens, one taken by each answer;
//   - different identity numbers that one telephone number asks about in a day;
//   - questions about one identity number, whoever asks;
//   - identity numbers asked about that are not on the roll, in each thousand of
//     consecutive numbers, whoever asks. Voters ask about numbers that exist;
//     whoever tries one number after the other mostly misses, since even where
//     cards are densest fewer than one number in ten is a voter's.
//
// The tables hold no telephone, address or identity number, but hashes under
// keys that live in memory only and are thrown away at every midnight in
// Pakistan; then all counts begin anew.
//
// What remains: someone with very many SIM cards can still try some thirty
// numbers of every thousand a day. And thirty misses on purpose make the voters
// of that thousand (some two to eighty) wait up to ten minutes, again and again
// for as long as it goes on.
package limits

import (
	"errors"
	"fmt"
	"time"
)

// Rate is a bucket of tokens: Burst of them when full, one more every Refill.
type Rate struct {
	Burst  int           // -1 for no limit
	Refill time.Duration // a tenth of a second or more
}

// Unlimited is the rate that never refuses.
var Unlimited = Rate{Burst: -1}

// Settings are the limits. Zero fields get the defaults; see [Defaults].
type Settings struct {
	// Number is for an asker that is a telephone number.
	Number Rate
	// Address is for every other asker: mostly the address of a web client,
	// behind which an operator may have many customers. An IPv6 address counts
	// by its first 64 bits.
	Address Rate
	// Allowed is for askers in Allow, in place of all other limits.
	Allowed Rate
	// CNIC is for one identity number, whoever asks about it. It is the widest,
	// since a stranger could use it up.
	CNIC Rate
	// Misses is for numbers not on the roll in a thousand consecutive identity
	// numbers. When its tokens are used up, questions about any number of the
	// thousand have to wait, lest the waiting itself tell who is on the roll.
	Misses Rate
	// DifferentCNICs is how many different identity numbers one telephone
	// number may ask about in a day; -1 for no limit, else 40 at most. Never
	// fewer are let through; for 20, a lister gets about 34, since they are
	// counted in 64 bits. After the last new number, half as many questions
	// again about the same ones are answered.
	DifferentCNICs int
	// Allow are the askers who work in the field: telephone numbers
	// (923001234567) and networks (10.1.0.0/16, 2001:db8::/32).
	Allow []string
}

// Defaults are the limits as shipped.
//
// A field enumerator in Allow may ask 300 times at once and then twice a minute,
// so some 3,000 times a day, about any numbers; misses are not counted against
// the neighbours. A lost enumerator's telephone is therefore worth 3,000 numbers
// a day to its finder: take it out of Allow.
func Defaults() Settings {
	return Settings{
		Number:         Rate{20, time.Minute},
		Address:        Rate{60, 5 * time.Second},
		Allowed:        Rate{300, 30 * time.Second},
		CNIC:           Rate{30, time.Minute},
		Misses:         Rate{30, 10 * time.Minute},
		DifferentCNICs: 20,
	}
}

// Off are settings that limit nothing: for measurements.
func Off() Settings {
	return Settings{Unlimited, Unlimited, Unlimited, Unlimited, Unlimited, -1, nil}
}

// withDefaults fills in what was left zero.
func (s Settings) withDefaults() Settings {
	d := Defaults()
	for _, r := range []struct{ set, shipped *Rate }{
		{&s.Number, &d.Number}, {&s.Address, &d.Address}, {&s.Allowed, &d.Allowed},
		{&s.CNIC, &d.CNIC}, {&s.Misses, &d.Misses},
	} {
		if r.set.Burst == 0 {
			r.set.Burst = r.shipped.Burst
		}
		if r.set.Refill == 0 {
			r.set.Refill = r.shipped.Refill
		}
	}
	if s.DifferentCNICs == 0 {
		s.DifferentCNICs = d.DifferentCNICs
	}
	return s
}

// mostDifferent and half of it again fit into 64 bits.
const mostDifferent = 40

func (s Settings) validate() error {
	var errs []error
	for _, r := range []struct {
		name string
		rate Rate
	}{
		{"number", s.Number}, {"address", s.Address}, {"allowed", s.Allowed}, {"cnic", s.CNIC}, {"misses", s.Misses},
	} {
		switch {
		case r.rate.Burst < -1 || r.rate.Burst > 1_000_000:
			errs = append(errs, fmt.Errorf("%s: burst %d: want 1 to 1000000, or -1 for no limit", r.name, r.rate.Burst))
		case r.rate.Burst != -1 && (r.rate.Refill < tick || r.rate.Refill > 24*time.Hour):
			errs = append(errs, fmt.Errorf("%s: refill %v: want 100ms to 24h", r.name, r.rate.Refill))
		}
	}
	if s.DifferentCNICs < -1 || s.DifferentCNICs > mostDifferent {
		errs = append(errs, fmt.Errorf("different_cnics %d: want 1 to %d, or -1 for no limit", s.DifferentCNICs, mostDifferent))
	}
	return errors.Join(errs...)
}
