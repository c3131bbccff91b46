package rollfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	areaHead    = "block_code,name_en,name_ur,tehsil_en,tehsil_ur,district_en,district_ur,na,pa,station_m,station_f\n"
	stationHead = "station_id,kind,name_en,name_ur,lat,lon\n"
)

func readAreas(t testing.TB, text string) (areas []Area, problems []Problem, err error) {
	areas, err = ReadAreas(write(t, "areas.csv", []byte(text)), nil, func(p Problem) error {
		problems = append(problems, p)
		return nil
	})
	return areas, problems, err
}

func TestAreas(t *testing.T) {
	rest := ",Sindhi Muslim Society,سندھی مسلم,Ferozeabad,فیروز آباد,Karachi East,کراچی شرقی,NA-245,PS-110"
	areas, problems, err := readAreas(t, areaHead+
		"440160404"+rest+",M1,F1\n"+
		"440160405"+rest+",M1,\n"+
		"440160406"+rest+",,F1\n"+
		"440160407"+rest+", ,\r\n"+
		"\"440160408\",\" The \"\"Old\"\", Town \",\"\",,,,,,,,\n"+
		"44016040"+rest+",M1,F1\n"+
		"440160404,Other,,,,,,,,,\n"+
		"440160409,short\n"+
		"440160410,\"open"+rest+",M1,F1\n"+
		"440160411,\xff"+rest+",M1,F1\n"+
		"440160412"+rest+",M2,F2\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range areas {
		got = append(got, fmt.Sprintf("%d %v %s|%s|%s", a.Line, a.Block, a.NameEn, a.NA, a.Station))
	}
	want := []string{
		"2 440160404 Sindhi Muslim Society|NA-245|[M1 F1 M1]",
		"3 440160405 Sindhi Muslim Society|NA-245|[M1  M1]",
		"4 440160406 Sindhi Muslim Society|NA-245|[ F1 F1]",
		"5 440160407 Sindhi Muslim Society|NA-245|[  ]",
		"6 440160408 The \"Old\", Town||[  ]",
		"12 440160412 Sindhi Muslim Society|NA-245|[M2 F2 M2]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var bad []string
	for _, p := range problems {
		bad = append(bad, fmt.Sprintf("%d %s", p.Line, p.Code))
		if p.Reason == "" || p.Row == "" || p.File != "areas.csv" {
			t.Errorf("%+v", p)
		}
	}
	// One stray quotation mark spoils its own row and no other.
	if wantBad := []string{"7 block_code", "8 block_twice", "9 too_few_fields", "10 quotation", "11 encoding"}; !slices.Equal(bad, wantBad) {
		t.Errorf("got %q, want %q", bad, wantBad)
	}
	if p := problems[1]; !strings.Contains(p.Reason, "line 2") {
		t.Errorf("%+v", p)
	}
}

// Ensure that a name given for one file's column does not lose another file's.
func TestColumnsOfSeveralFiles(t *testing.T) {
	c := Columns{"block_code": "block"}
	for _, header := range [][]string{{"name_en", "block"}, {"name_en", "block_code"}, {"block_code", "Block"}} {
		at, err := c.find("areas.csv", header, []string{"block_code"}, nil)
		if err != nil || at[0] != 1 {
			t.Errorf("%v: at %v, %v", header, at, err)
		}
	}
}

func TestStationXColumn(t *testing.T) {
	areas, problems, err := readAreas(t, strings.TrimSpace(areaHead)+",station_x\n"+
		"440160404,a,,,,,,,,M1,F1,X1\n440160405,a,,,,,,,,M1,F1,\n440160406,a,,,,,,,,M1,F1\n")
	if err != nil || len(problems) > 0 || len(areas) != 3 {
		t.Fatalf("%v %+v %+v", err, problems, areas)
	}
	if areas[0].Station[2] != "X1" || areas[1].Station[2] != "M1" || areas[2].Station[2] != "M1" {
		t.Errorf("%+v", areas)
	}
}

func TestStations(t *testing.T) {
	var problems []Problem
	stations, err := ReadStations(write(t, "stations.csv", []byte(stationHead+
		"M1,male,School,سکول,24.5,67.25\n"+
		"F1,female,School,سکول,,\n"+
		",male,School,سکول,1,1\n"+
		"M1,male,Other,,1,1\n"+
		"N1,male,a,b,90.1,0\n"+
		"N2,male,a,b,0,-180.5\n"+
		"N3,male,a,b,NaN,0\n"+
		"N4,male,a,b,x,0\n"+
		"N5,male,a,b\n"+
		"N6,male,\xff,b,0,0\n"+
		"Z,combined,a,b,-90,180\n")), nil, func(p Problem) error {
		problems = append(problems, p)
		return nil
	})
	if err != nil || len(stations) != 3 {
		t.Fatalf("%v %+v", err, stations)
	}
	if stations[0] != (Station{"M1", "male", "School", "سکول", 24.5, 67.25}) || stations[1].Lat != 0 || stations[2].Lat != -90 || stations[2].Lon != 180 {
		t.Errorf("%+v", stations)
	}
	var bad []string
	for _, p := range problems {
		bad = append(bad, fmt.Sprintf("%d %s", p.Line, p.Code))
	}
	want := []string{"4 station_id", "5 station_twice", "6 lat", "7 lon", "8 lat", "9 lat", "10 too_few_fields", "11 encoding"}
	if !slices.Equal(bad, want) {
		t.Errorf("got %q, want %q", bad, want)
	}
}

func TestTablesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, reason string }{
		"empty":     {"", "is empty"},
		"columns":   {"block_code,name_en\n", "no column name_ur"},
		"huge line": {areaHead + "\n" + strings.Repeat("x", 2*chunkBytes), "line 3 is longer"},
	} {
		if _, _, err := readAreas(t, c.text); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", name, err)
		}
	}
	packed := compressed(t, "gzip", []byte(areaHead+strings.Repeat("440160404,a,,,,,,,,,\n", 9000)))
	if _, _, err := readAreas(t, string(packed[:len(packed)-9])); err == nil || !strings.Contains(err.Error(), "areas.csv, after line") {
		t.Errorf("truncated gzip: %v", err)
	}
}
