package peers

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/rollindex"
)

// oneVoter is a roll with one voter on it: the number onRoll.
type oneVoter struct{}

func (oneVoter) Lookup(n cnic.Number) (rollindex.Entry, bool) {
	if n.RevealDashed() != onRoll {
		return rollindex.Entry{}, false
	}
	station := &rollindex.Station{ID: "NA-245-0117", Kind: "combined",
		NameEn: "Girls School, Block A", NameUr: "گرلز سکول، بلاک اے"}
	return rollindex.Entry{Block: 440160404, Gender: geography.Female, Serial: 226, Household: 158, Station: station,
		Area: &rollindex.Area{Block: 440160404, NameEn: "Circle No. 4", NameUr: "سرکل نمبر 4", TehsilEn: "Ferozabad", TehsilUr: "فیروز آباد",
			DistrictEn: "Karachi East", DistrictUr: "کراچی شرقی", NA: "NA-245", PA: "PS-110", StationM: station, StationF: station}}, true
}

func (oneVoter) Info() rollindex.Info { return rollindex.Info{Name: "one voter", Voters: 1} }

// service is the real service, answering from oneVoter, and never too often.
func service(t *testing.T) *voterinfo.Service {
	t.Helper()
	day, err := voterinfo.ParseDate("2024-01-01")
	if err != nil {
		t.Fatal(err)
	}
	s, err := voterinfo.New(voterinfo.Config{StationsFrom: day, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Limits: limits.Settings{Number: limits.Unlimited, CNIC: limits.Unlimited, Misses: limits.Unlimited, DifferentCNICs: -1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	s.Publish(oneVoter{})
	return s
}

// said is what the service says to a text, without any door.
func said(s *voterinfo.Service, text string) string {
	return s.Answer(voterinfo.Question{Asker: "923009999999", Channel: voterinfo.SMS, Text: text}).Text
}
