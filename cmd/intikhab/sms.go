package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"intikhab/platform/sms/gsm"
	"intikhab/systems/voterinfo"
)

type smsCommands struct {
	Preview smsPreview `cmd:"" act:"voterinfo.wording" help:"Show every text of 8300 and how many SMS it takes."`
}

// smsPreview shows an officer who changes the wording what telephones will show
// and what it costs.
type smsPreview struct {
	Wording  string `type:"path" placeholder:"DIR" help:"Folder with en.txt, ur.txt or ro.txt to use instead of the shipped ones."`
	Language string `placeholder:"L" help:"Only this language: en, ur or ro."`
	Helpline string `placeholder:"DIGITS" help:"As answer.helpline of the configuration."`
	Office   string `placeholder:"DIGITS" help:"A district office's telephone, as in answer.offices."`
	JSON     bool   `name:"json" help:"Print one JSON line for each text."`
}

// textReport is one text as JSON.
type textReport struct {
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Case     string   `json:"case"`
	Text     string   `json:"text"`
	Plain    textSize `json:"plain"`
	Tables   textSize `json:"urdu_tables"`
}

type textSize struct {
	Encoding   string `json:"encoding"`
	Characters int    `json:"characters"`
	Segments   int    `json:"segments"`
}

func sizeOf(s voterinfo.Size) textSize {
	return textSize{s.Encoding.String(), s.Characters, s.Segments}
}

func (s textSize) String() string {
	return fmt.Sprintf("%d characters, %s, %d SMS", s.Characters, s.Encoding, s.Segments)
}

func (c *smsPreview) Run() error {
	cfg := voterinfo.Config{Wording: c.Wording, Helpline: c.Helpline}
	if c.Office != "" {
		cfg.Offices = map[string]string{"every district": c.Office}
	}
	var only voterinfo.Language
	if c.Language != "" {
		var err error
		if only, err = voterinfo.ParseLanguage(c.Language); err != nil {
			return fmt.Errorf("--language: %w", err)
		}
	}
	samples, err := voterinfo.Preview(cfg)
	if err != nil {
		return errors.Join(inside(err)...)
	}
	for _, s := range samples {
		if only != 0 && s.Language != only {
			continue
		}
		r := textReport{s.Name, s.Language.String(), s.Case, s.Text, sizeOf(s.Plain), sizeOf(s.Tables)}
		if c.JSON {
			err = json.NewEncoder(os.Stdout).Encode(r)
		} else {
			err = r.print()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r textReport) print() error {
	size := r.Plain.String()
	switch outside := gsm.Outside(r.Text, gsm.UrduBoth); {
	case r.Tables != r.Plain:
		size += "; where the operator takes the Urdu tables: " + r.Tables.String()
	case r.Plain.Encoding == gsm.UCS2.String() && len(outside) > 0:
		size += "; with the Urdu tables the same, which lack " + letters(outside)
	}
	text := "    " + strings.ReplaceAll(r.Text, "\n", "\n    ")
	_, err := fmt.Printf("%s [%s] %s: %s\n%s\n\n", r.Language, r.Name, r.Case, size, text)
	return err
}

// letters lists characters with their numbers, as Unicode's tables have them.
func letters(characters []rune) string {
	slices.Sort(characters)
	var names []string
	for _, c := range slices.Compact(characters) {
		names = append(names, fmt.Sprintf("%c (U+%04X)", c, c))
	}
	return strings.Join(names, ", ")
}
