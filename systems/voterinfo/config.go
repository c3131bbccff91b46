package voterinfo

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"intikhab/platform/database"
	"intikhab/systems/voterinfo/limits"
)

// Pakistan is the time zone of the service. The country has had one offset and no
// summer time since 2009.
var Pakistan = time.FixedZone("PKT", 5*60*60)

// ParseDate reads a date of the settings, 2027-01-29, as its first moment in
// Pakistan.
func ParseDate(s string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, Pakistan)
	if err != nil {
		return t, fmt.Errorf("date %q: want one such as 2027-01-29", s)
	}
	return t, nil
}

// Config is what the service can be told. Its zero value works: Urdu, the limits
// and the wording as shipped, no stations, nothing kept on disk.
type Config struct {
	// Language is for an asker who has chosen none. Urdu if zero.
	Language Language
	// StationsFrom is the day from which answers name the polling station, when
	// the polling scheme is final. Never if zero.
	StationsFrom time.Time
	// Helpline is the telephone number at the end of some answers, digits only:
	// dashes and spaces would be turned around in Urdu. None if "".
	Helpline string
	// Offices are the telephones of the district election commissioners, digits
	// only, by the district's English name as the roll has it.
	Offices map[string]string
	// Wording is a folder with texts that replace the shipped ones; see
	// wording/README.md. None if "".
	Wording string
	// Limits say how often one may ask.
	Limits limits.Settings
	// Database keeps the statistics and the languages chosen. Without it both
	// end with the process.
	Database *database.DB
	// LanguageKey is the file with the key under which telephone numbers are
	// hashed to remember their language; made if missing. "language.key" beside
	// the database if "".
	LanguageKey string
	// FlushEvery is how often both are written. Three seconds if zero.
	FlushEvery time.Duration
	// Log is where the service says what an operator should know. slog.Default()
	// if nil.
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Language == 0 {
		c.Language = Urdu
	}
	if c.LanguageKey == "" && c.Database != nil {
		c.LanguageKey = filepath.Join(filepath.Dir(c.Database.Path()), "language.key")
	}
	if c.FlushEvery == 0 {
		c.FlushEvery = 3 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func (c Config) validate() error {
	var errs []error
	if c.Language > RomanUrdu {
		errs = append(errs, fmt.Errorf("language: %v: want en, ur or ro", c.Language))
	}
	if err := telephone(c.Helpline); c.Helpline != "" && err != nil {
		errs = append(errs, fmt.Errorf("helpline: %w", err))
	}
	for district, number := range c.Offices {
		if err := telephone(number); err != nil {
			errs = append(errs, fmt.Errorf("offices: %s: %w", district, err))
		}
	}
	if c.FlushEvery < 0 {
		errs = append(errs, fmt.Errorf("flush_every: %v: want more than 0", c.FlushEvery))
	}
	return errors.Join(errs...)
}

// telephone checks a number to be shown: an office's, nobody's own.
func telephone(s string) error {
	if len(s) < 3 || len(s) > 15 {
		return fmt.Errorf("%q: want a telephone number of 3 to 15 digits", s)
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return fmt.Errorf("%q: want digits only, such as 02199231029: dashes, spaces and + are turned around in Urdu", s)
		}
	}
	return nil
}
