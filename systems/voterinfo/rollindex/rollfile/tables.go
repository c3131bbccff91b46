package rollfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"intikhab/domain/geography"
	"intikhab/platform/parquetfile"
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
	Line    int64
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
		if bad := notUTF8(f, append(areaColumns, "station_x")); bad != "" {
			return "encoding", bad
		}
		seen[block] = r.line
		a := Area{Block: block, NameEn: f[1], NameUr: f[2], TehsilEn: f[3], TehsilUr: f[4], DistrictEn: f[5], DistrictUr: f[6], NA: f[7], PA: f[8], Line: r.line}
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
		if bad := notUTF8(f, stationColumns); bad != "" {
			return "encoding", bad
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
	parquet, err := parquetfile.Is(path)
	if err != nil {
		return err
	}
	read := readTextTable
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

func readTextTable(path string, columns Columns, wanted, optional []string, each func(r row, code, reason string) error) error {
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
	header, comma, err := parseHeader(s.name, head)
	if err != nil {
		return err
	}
	at, err := columns.find(s.name, header, wanted, optional)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(io.MultiReader(bytes.NewReader(split.rest), s))
	lines.Buffer(make([]byte, 64<<10), chunkBytes)
	n := int64(2)
	var fields [][]byte
	for ; lines.Scan(); n++ {
		line := lines.Bytes()
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, code, reason := row{fields: make([]string, len(at)), line: n, raw: string(line)}, "", ""
		var ok bool
		if fields, ok = splitFields(fields[:0], line, comma); !ok {
			code, reason = "quotation", badQuotation
		}
		for i, column := range at {
			switch {
			case code != "" || column < 0:
			case column < len(fields):
				r.fields[i] = string(fields[column])
			case i < len(wanted):
				code, reason = tooFewFields(len(fields), wanted[i], column)
			}
		}
		if err := each(r, code, reason); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return tooLong(s.name, n)
	case err != nil:
		return fmt.Errorf("%s, after line %d: %w", s.name, n-1, err)
	}
	return nil
}

// notUTF8 says which of the values, if any, is not UTF-8.
func notUTF8(values, names []string) string {
	for i, s := range values {
		if !utf8.ValidString(s) {
			return names[i] + " is not UTF-8"
		}
	}
	return ""
}
