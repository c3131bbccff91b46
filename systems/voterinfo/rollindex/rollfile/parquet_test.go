package rollfile

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func parquetFile[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, options...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// numbers is a voters table whose columns are numbers, as a database has them.
type numbers struct {
	Name      string  `parquet:"name"`
	Household *int32  `parquet:"household,optional"`
	CNIC      int64   `parquet:"cnic"`
	Block     int32   `parquet:"block_code"`
	Gender    *string `parquet:"gender,optional,dict"`
	Serial    uint32  `parquet:"serial"`
}

// texts is one whose columns are text.
type texts struct {
	CNIC      string `parquet:"nic_no,zstd"`
	Block     string `parquet:"block_code,dict"`
	Gender    string `parquet:"gender,dict"`
	Serial    string `parquet:"serial"`
	Household string `parquet:"household"`
}

func ptr[T any](v T) *T { return &v }

func TestParquetVoters(t *testing.T) {
	b := parquetFile(t, []numbers{
		{"a", ptr(int32(1)), 3520112345671, 440160404, ptr("M"), 1},
		{"b", ptr(int32(158)), 4230149640001, 440160404, ptr("F"), 226},
		{"c", ptr(int32(0)), 1, 12345678, ptr("X"), 4294967295},
		{"d", nil, 3520112345671, 440160404, ptr("M"), 1},
		{"e", ptr(int32(1)), 3520112345671, 440160404, nil, 1},
		{"f", ptr(int32(-1)), 3520112345671, 440160404, ptr("M"), 1},
		{"g", ptr(int32(1)), -5, 440160404, ptr("M"), 1},
	})
	rows, problems, err := readVoters(t, write(t, "voters.parquet", b), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "2: 3520112345671 440160404 M 1 1\n3: 4230149640001 440160404 F 226 158\n4: 0000000000001 012345678 X 4294967295 0\n"
	if got := show(rows); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	var bad []string
	for _, p := range problems {
		bad = append(bad, fmt.Sprintf("%d %s %s", p.Line, p.Code, p.Row))
	}
	wantBad := "5 household 3520112345671,440160404,M,1,; 6 gender 3520112345671,440160404,,1,1; 7 household 3520112345671,440160404,M,1,-1; 8 cnic -5,440160404,M,1,1"
	if got := strings.Join(bad, "; "); got != wantBad {
		t.Errorf("got  %s\nwant %s", got, wantBad)
	}
}

// Text columns, another name, several row groups and pages: as the CSV file.
func TestParquetAsCSV(t *testing.T) {
	var rows []texts
	var csv strings.Builder
	csv.WriteString(strings.Replace(voterHead, "cnic", "nic_no", 1))
	for i := range 20_000 {
		r := texts{fmt.Sprintf("%013d", i*7919), fmt.Sprintf("%09d", i%50), "MFX"[i%3 : i%3+1], fmt.Sprint(i + 1), fmt.Sprint(i / 3)}
		rows = append(rows, r)
		fmt.Fprintf(&csv, "%s,%s,%s,%s,%s\n", r.CNIC, r.Block, r.Gender, r.Serial, r.Household)
	}
	columns := Columns{"cnic": "nic_no"}
	fromCSV, _, err := readVoters(t, write(t, "v.csv", []byte(csv.String())), columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []int{1, 2} {
		b := parquetFile(t, rows, parquet.MaxRowsPerRowGroup(7000), parquet.PageBufferSize(4096), parquet.DataPageVersion(version))
		got, problems, err := readVoters(t, write(t, "v", b), columns)
		if err != nil || len(problems) > 0 || show(got) != show(fromCSV) {
			t.Errorf("version %d: %v, %d problems, %d rows", version, err, len(problems), len(got))
		}
	}
}

func TestParquetTables(t *testing.T) {
	type area struct {
		Block      int32   `parquet:"block_code"`
		NameEn     string  `parquet:"name_en"`
		NameUr     *string `parquet:"name_ur,optional"`
		TehsilEn   string  `parquet:"tehsil_en"`
		TehsilUr   string  `parquet:"tehsil_ur"`
		DistrictEn string  `parquet:"district_en"`
		DistrictUr string  `parquet:"district_ur"`
		NA         string  `parquet:"na"`
		PA         string  `parquet:"pa"`
		StationM   string  `parquet:"station_m"`
		StationF   string  `parquet:"station_f"`
	}
	problem := func(p Problem) error { return errors.New(p.Reason) }
	areas, err := ReadAreas(write(t, "areas.parquet", parquetFile(t, []area{
		{40160404, " Society ", nil, "T", "ت", "D", "د", "NA-245", "PS-110", "M1", ""},
	})), nil, problem)
	if err != nil || len(areas) != 1 {
		t.Fatalf("%v %+v", err, areas)
	}
	if a := areas[0]; a.Block != 40160404 || a.NameEn != "Society" || a.NameUr != "" || a.TehsilUr != "ت" || a.NA != "NA-245" || a.Station[2] != "M1" || a.Line != 2 {
		t.Errorf("%+v", a)
	}
	type station struct {
		ID     string   `parquet:"station_id"`
		Kind   string   `parquet:"kind"`
		NameEn string   `parquet:"name_en"`
		NameUr string   `parquet:"name_ur"`
		Lat    *float64 `parquet:"lat,optional"`
		Lon    float32  `parquet:"lon"`
	}
	stations, err := ReadStations(write(t, "stations.parquet", parquetFile(t, []station{
		{"M1", "male", "S", "س", ptr(24.5), 67.25}, {"M2", "male", "S", "س", nil, 0},
	})), nil, problem)
	if err != nil || len(stations) != 2 || stations[0].Lat != 24.5 || stations[0].Lon != 67.25 || stations[1].Lat != 0 {
		t.Errorf("%v %+v", err, stations)
	}
}

func TestParquetThatIsRefused(t *testing.T) {
	good := parquetFile(t, []numbers{{"a", ptr(int32(1)), 3520112345671, 440160404, ptr("M"), 1}})
	type lists struct {
		CNIC      []int64 `parquet:"cnic"`
		Block     int32   `parquet:"block_code"`
		Gender    string  `parquet:"gender"`
		Serial    int32   `parquet:"serial"`
		Household int32   `parquet:"household"`
	}
	type other struct {
		CNIC int64 `parquet:"cnic"`
	}
	longFooter := bytes.Clone(good)
	binary.LittleEndian.PutUint32(longFooter[len(good)-8:], 1<<31)
	// A footer whose first list promises 2^31 - 1 items.
	footer := []byte{0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0x00}
	greedy := binary.LittleEndian.AppendUint32(append([]byte("PAR1"), footer...), uint32(len(footer)))
	greedy = append(greedy, "PAR1"...)
	for name, c := range map[string]struct {
		b      []byte
		reason string
	}{
		"lists":       {parquetFile(t, []lists{{[]int64{1, 2}, 1, "M", 1, 1}}), "holds lists"},
		"columns":     {parquetFile(t, []other{{1}}), "no column block_code, gender, serial, household"},
		"cut":         {good[:len(good)-9], "the file's end is missing"},
		"start only":  {good[:6], "too short"},
		"long footer": {longFooter, "the file's end is missing"},
		"greedy list": {greedy, "lengths promise more"},
	} {
		_, _, err := readVoters(t, write(t, "v.parquet", c.b), nil)
		if err == nil || !strings.Contains(err.Error(), c.reason) || !strings.HasPrefix(err.Error(), "v.parquet: ") {
			t.Errorf("%s: %v, want a word of %q", name, err, c.reason)
		}
	}
}

// Whatever byte is damaged: rows or an error, and never a panic.
func TestParquetDamagedAnywhere(t *testing.T) {
	var rows []numbers
	for i := range 20 {
		rows = append(rows, numbers{"a", ptr(int32(i)), 3520112345671 + int64(i), 440160404, ptr("M"), uint32(i + 1)})
	}
	good := parquetFile(t, rows)
	refused := 0
	path := write(t, "v", good)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at := range good {
		if _, err := f.WriteAt([]byte{good[at] ^ []byte{0x01, 0x80, 0xff}[at%3]}, int64(at)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readVoters(t, path, nil); err != nil {
			refused++
		}
		if _, err := f.WriteAt(good[at:at+1], int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	if refused == 0 {
		t.Error("no damage at all was seen")
	}
}

func TestParquetStops(t *testing.T) {
	rows := make([]texts, 10_000)
	path := write(t, "v", parquetFile(t, rows))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := VotersReader{Path: path, Columns: Columns{"cnic": "nic_no"}, Rows: func(int, []Voter) error { return nil }, Problem: func(Problem) error { return nil }}
	if err := r.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	broken := errors.New("no room")
	r.Problem = func(Problem) error { return broken }
	if err := r.Read(context.Background()); !errors.Is(err, broken) {
		t.Errorf("a callback that fails: %v", err)
	}
}
