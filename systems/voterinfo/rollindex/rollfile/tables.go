package rollfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"intikhab/domain/geography"
)

// Area is one row of the areas file.
type Area struct {
	Block                  geography.BlockCode
	NameEn, NameUr         string
	TehsilEn, TehsilUr     string
	DistrictEn, DistrictUr string
	NA, PA                 string
	// The station of men's, women's and X's lists; "" where there is none.
	Station [3]geography.StationID
}

// Station is one row of the stations file.
type Station struct {
	ID             geography.StationID
	Kind           string
	NameEn, NameUr string
	Lat, Lon       float64
}

// row is one row of a small table: the wanted columns' values and where it
// stands.
type row struct {
	fields []string
	line   int64
	raw    string
}

// ReadAreas reads the areas file in the order of its rows. Where there is no
// column station_x, voters of gender X vote at the station of the men's list
// unless only the women's list has one (how the law assigns them was not
// found: a commission that decides otherwise gives the column).
func ReadAreas(path string, columns Columns, problem func(Problem) error) ([]Area, error) {
	var areas []Area
	seen := map[geography.BlockCode]int64{}
	err := readTable(path, columns, areaColumns, []string{"station_x"}, problem, func(r row) (code, reason string) {
		f := r.fields
		block, err := geography.ParseBlockCode(f[0])
		if err != nil {
			return "block_code", err.Error()
		}
		if line, ok := seen[block]; ok {
			return "block_twice", fmt.Sprintf("block %v stands on line %d already", block, line)
		}
		for i, s := range f[:11] {
			if !utf8.ValidString(s) {
				return "encoding", fmt.Sprintf("%s is not UTF-8", areaColumns[i])
			}
		}
		seen[block] = r.line
		a := Area{Block: block, NameEn: f[1], NameUr: f[2], TehsilEn: f[3], TehsilUr: f[4], DistrictEn: f[5], DistrictUr: f[6], NA: f[7], PA: f[8]}
		for g, s := range []string{f[9], f[10], f[11]} {
			a.Station[g] = geography.StationID(s)
		}
		if a.Station[2] == "" {
			a.Station[2] = a.Station[0]
		}
		if a.Station[2] == "" {
			a.Station[2] = a.Station[1]
		}
		areas = append(areas, a)
		return "", ""
	})
	return areas, err
}

// ReadStations reads the stations file in the order of its rows.
func ReadStations(path string, columns Columns, problem func(Problem) error) ([]Station, error) {
	var stations []Station
	seen := map[geography.StationID]int64{}
	err := readTable(path, columns, stationColumns, nil, problem, func(r row) (code, reason string) {
		f := r.fields
		id := geography.StationID(f[0])
		if id == "" {
			return "station_id", "the station has no station_id"
		}
		if line, ok := seen[id]; ok {
			return "station_twice", fmt.Sprintf("station %s stands on line %d already", id, line)
		}
		for i, s := range f[:4] {
			if !utf8.ValidString(s) {
				return "encoding", fmt.Sprintf("%s is not UTF-8", stationColumns[i])
			}
		}
		lat, err := parseDegrees(f[4], 90)
		if err != nil {
			return "lat", "lat: " + err.Error()
		}
		lon, err := parseDegrees(f[5], 180)
		if err != nil {
			return "lon", "lon: " + err.Error()
		}
		seen[id] = r.line
		stations = append(stations, Station{id, f[1], f[2], f[3], lat, lon})
		return "", ""
	})
	return stations, err
}

// readTable reads a small table, trimming each field; take says what is wrong
// with a row.
func readTable(path string, columns Columns, wanted, optional []string, problem func(Problem) error, take func(row) (code, reason string)) error {
	parquet, err := isParquet(path)
	if err != nil {
		return err
	}
	read := readCSVTable
	if parquet {
		read = readParquetTable
	}
	return read(path, columns, wanted, optional, func(r row, code, reason string) error {
		if code == "" {
			for i, f := range r.fields {
				r.fields[i] = strings.TrimSpace(f)
			}
			code, reason = take(r)
		}
		if code != "" {
			return problem(Problem{File: base(path), Line: r.line, Code: code, Reason: reason, Row: r.raw})
		}
		return nil
	})
}

func readCSVTable(path string, columns Columns, wanted, optional []string, each func(r row, code, reason string) error) error {
	s, err := openText(path)
	if err != nil {
		return err
	}
	defer s.Close()
	split := splitter{source: s}
	head, err := split.line()
	if err != nil {
		return err
	}
	header, comma := parseHeader(head)
	at, err := columns.find(s.name, header, wanted, optional)
	if err != nil {
		return err
	}
	r := csv.NewReader(io.MultiReader(strings.NewReader(string(split.rest)), s))
	r.Comma = rune(comma)
	r.FieldsPerRecord = -1
	for {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if err := each(row{line: int64(bad.StartLine) + 1, raw: strings.Join(record, string(comma))}, "quotation", bad.Err.Error()); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		line, _ := r.FieldPos(0)
		result := row{fields: make([]string, len(at)), line: int64(line) + 1, raw: strings.Join(record, string(comma))}
		code, reason := "", ""
		for i, column := range at {
			switch {
			case column < 0:
			case column >= len(record):
				if i < len(wanted) && code == "" {
					code, reason = "too_few_fields", fmt.Sprintf("the row has %d fields and %s is the %dth", len(record), wanted[i], column+1)
				}
			default:
				result.fields[i] = record[column]
			}
		}
		if err := each(result, code, reason); err != nil {
			return err
		}
	}
}
