package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/officetest"
	"intikhab/platform/office/sheet"
	"intikhab/test/databases"
)

func each(t *testing.T, f func(t *testing.T, c *officetest.Commission)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(t, officetest.Open(t, db)) })
}

func readOffices(t *testing.T, c *officetest.Commission, text string) (p sheet.Offices) {
	t.Helper()
	c.View(t, func(tx *database.Tx) (err error) {
		p, err = sheet.ReadOffices(tx, c.Book, c.First, []byte(text))
		return err
	})
	return p
}

func readOfficers(t *testing.T, c *officetest.Commission, text string) (p sheet.Officers) {
	t.Helper()
	c.View(t, func(tx *database.Tx) (err error) {
		p, err = sheet.ReadOfficers(tx, c.Book, c.First, []byte(text))
		return err
	})
	return p
}

func told(problems sheet.Problems) string {
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d %s %s", p.Line, p.Column, strings.TrimPrefix(p.Say.Key, "office.problem.")))
		if !office.Texts.Has(p.Say.Key) || strings.Contains(office.Texts.Say("en", p.Say), "{") || strings.Contains(office.Texts.Say("ur", p.Say), "{") {
			all = append(all, "NO WORDS FOR "+p.Say.Key)
		}
	}
	return strings.Join(all, "; ")
}

func rows(t *testing.T, c *officetest.Commission, table string) (n int) {
	t.Helper()
	c.View(t, func(tx *database.Tx) error { return tx.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n) })
	return n
}

// TestTwiceIsOnce: the commission's whole tree is taken in; the second time nothing
// changes; a changed line shows as such.
func TestTwiceIsOnce(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		var file bytes.Buffer
		all := office.Commission("2026-01-01")
		all = append(all, office.ReturningOffices("PB", office.Span{From: "2026-01-01", To: "2026-12-31"})...)
		slices.Reverse(all) // the order of lines does not matter
		if err := sheet.WriteOffices(&file, all); err != nil {
			t.Fatal(err)
		}
		p := readOffices(t, c, file.String())
		if len(p.Problems) > 0 {
			t.Fatal(told(p.Problems))
		}
		// Of officetest.Offices six are there; the Secretariat was opened on another day.
		if p.Counts != (sheet.Counts{New: len(all) - 6, Changed: 1, Same: 5}) {
			t.Errorf("%+v of %d", p.Counts, len(all))
		}
		take := func(mark string) func(*database.Tx) error {
			return func(tx *database.Tx) error {
				_, err := sheet.TakeOffices(tx, c.Book, c.First, file.Bytes(), mark, "the first start")
				return err
			}
		}
		if err := c.Fails(t, take("another")); !errors.Is(err, sheet.ErrMoved) {
			t.Error(err)
		}
		c.Update(t, take(p.Mark))
		if n := rows(t, c, "office_office"); n != len(all)+2 { // and those of the test's own
			t.Errorf("%d offices, the file has %d", n, len(all))
		}
		if err := c.Fails(t, take(p.Mark)); !errors.Is(err, sheet.ErrMoved) { // the preview was of another book
			t.Error(err)
		}
		audited := rows(t, c, "audit_row")
		again := readOffices(t, c, file.String())
		if again.Counts.Same != len(all) {
			t.Errorf("%+v", again.Counts)
		}
		c.Update(t, take(again.Mark))
		if n := rows(t, c, "audit_row"); n != audited {
			t.Errorf("%d rows in the audit trail for nothing", n-audited)
		}
		changed := strings.Replace(file.String(), "2026-12-31", "2027-01-31", 1)
		if p := readOffices(t, c, changed); p.Counts.Changed != 1 || p.Counts.New != 0 {
			t.Errorf("%+v", p.Counts)
		}
	})
}

const officeHead = "id,kind,parent,name_en,name_ur,area,opened,closed,extra_areas\n"

func TestOfficeProblems(t *testing.T) {
	c := officetest.Open(t, databases.Open(t, databases.SQLite(t)))
	for _, try := range []struct{ text, want string }{
		{officeHead + "display-1,display-centre,district-kasur,A,ا,district:kasur,2026-01-01,,", ""},
		{officeHead + "Bad Id,display-centre,district-kasur,A,ا,district:kasur,2026-01-01,,", "2 id id"},
		{officeHead + "display-1,display-centre,district-kasur,A,ا,district:kasoor,01/02/2026,,x", "2 area area_key; 2 extra_areas area_key; 2 opened day"},
		{officeHead + "display-1,display-centre,district-nowhere,A,ا,district:kasur,2026-01-01,,", "2 parent parent_missing"},
		{officeHead + "display-1,display-centre,district-lahore,A,ا,district:kasur,2026-01-01,,", "2 area area_outside"},
		{officeHead + "district-kasur,returning,district-kasur,A,ا,constituency:NA-131,2026-01-01,,", "2 kind kind_changed"},
		{officeHead + "top,secretariat,,A,ا,pk,2026-01-01,,", "2 kind second_secretariat"},
		{officeHead + "d-1,display-centre,district-kasur,A,ا,district:kasur,2026-01-01,,\nd-1,display-centre,district-kasur,B,ا,district:kasur,2026-01-01,,", "3 id line_twice"},
		// A parent that is in the file only, and after its child.
		{officeHead + "display-o,display-centre,district-okara,A,ا,district:okara,2026-01-01,,\ndistrict-okara,district,regional-sahiwal,A,ا,district:okara,2026-01-01,,\n" +
			"regional-sahiwal,regional,provincial-punjab,A,ا,division:sahiwal,2026-01-01,,", ""},
		{"id,kind,parent,name_en,name_ur,area\n", "1 opened column_missing"},
		{"id,kind,parent,name_en,name_ur,area,opened,colour\n", "1  column_unknown"},
		{"id,kind,parent,name_en,name_ur,area,opened,id\n", "1 id column_twice"},
		{"", "0  file_empty"},
		{"\n\n,,,\n", "0  file_empty"},
		{officeHead, ""},
	} {
		if got := told(readOffices(t, c, try.text).Problems); got != try.want {
			t.Errorf("%q:\n got %s\nwant %s", try.text, got, try.want)
		}
	}
	// Nothing is taken in while a line is wrong.
	before := rows(t, c, "office_office")
	bad := officeHead + "d-1,display-centre,district-kasur,A,ا,district:kasur,2026-01-01,,\nd-2,display-centre,district-kasur,,ا,district:kasur,2026-01-01,,"
	err := c.Fails(t, func(tx *database.Tx) error {
		_, err := sheet.TakeOffices(tx, c.Book, c.First, []byte(bad), readOffices(t, c, bad).Mark, "a test")
		return err
	})
	if !errors.Is(err, sheet.ErrProblems) || rows(t, c, "office_office") != before {
		t.Error(err)
	}
}

const officerHead = "cnic,name_en,name_ur,office,email,telephone,role,areas,from,to\n"

// TestSpreadsheets: the same list as different programs write it.
func TestSpreadsheets(t *testing.T) {
	c := officetest.Open(t, databases.Open(t, databases.SQLite(t)))
	plain := officerHead + "35202-0000000-1,Ayesha Bibi,عائشہ بی بی,district-kasur,a@example.org,03001234567,registration-officer,,2026-04-01,2026-12-31\n"
	want := readOfficers(t, c, plain)
	if len(want.Problems) > 0 || len(want.People) != 1 || len(want.Roles) != 1 {
		t.Fatal(told(want.Problems))
	}
	for name, text := range map[string]string{
		"byte-order mark":      "\ufeff" + plain,
		"Windows lines":        strings.ReplaceAll(plain, "\n", "\r\n"),
		"semicolons":           strings.ReplaceAll(plain, ",", ";"),
		"tabs":                 strings.ReplaceAll(plain, ",", "\t"),
		"sep= and semicolons":  "\ufeffsep=;\r\n" + strings.ReplaceAll(plain, ",", ";"),
		"sep= and commas":      "SEP=,\n" + plain,
		"empty columns behind": strings.ReplaceAll(plain, "\n", ",,,\n"),
		"empty lines":          "\n" + plain + ",,,,,,,,,\n\n",
		"capital heads":        strings.Replace(plain, "name_en,name_ur", "Name EN,NAME_UR", 1),
		"no last line end":     strings.TrimSuffix(plain, "\n"),
		"number as a formula":  strings.Replace(plain, "35202-0000000-1", `"=""35202-0000000-1"""`, 1),
		"apostrophe":           strings.Replace(plain, "35202-0000000-1", "'3520200000001", 1),
		"leading zero lost":    strings.Replace(plain, "03001234567", "3001234567", 1),
		"telephone abroad":     strings.Replace(plain, "03001234567", "+92 300 1234567", 1),
		"Urdu digits":          strings.Replace(strings.Replace(plain, "35202-0000000-1", "۳۵۲۰۲-۰۰۰۰۰۰۰-۱", 1), "2026-04-01", "۲۰۲۶-۰۴-۰۱", 1),
		"en dashes":            strings.Replace(plain, "35202-0000000-1", "35202–0000000–1", 1),
		"spaces and marks":     strings.Replace(plain, "35202-0000000-1,Ayesha Bibi", "\u200e 35202-0000000-1\u00a0,  Ayesha   Bibi ", 1),
		"Arabic letters":       strings.Replace(plain, "عائشہ بی بی", "عائشه بي بي", 1),
		"quoted":               strings.Replace(plain, "Ayesha Bibi", `"Ayesha Bibi"`, 1),
		"role in words":        strings.Replace(plain, "registration-officer", "Registration Officer", 1),
	} {
		got := readOfficers(t, c, text)
		if len(got.Problems) > 0 || len(got.People) != 1 || len(got.Roles) != 1 || got.People[0].Is != want.People[0].Is ||
			fmt.Sprint(got.Roles[0].Grant) != fmt.Sprint(want.Roles[0].Grant) {
			t.Errorf("%s: %s %+v", name, told(got.Problems), got.People)
		}
	}
	line := "35202-0000000-1,Ayesha Bibi,عائشہ بی بی,district-kasur,,,,,,\n"
	for _, try := range []struct{ text, want string }{
		{officerHead + line, ""},
		{officerHead + strings.Replace(line, "35202-0000000-1", "3.5202E+12", 1), "2 cnic cnic_scientific"},
		{officerHead + strings.Replace(line, "35202-0000000-1", "35202000000", 1), "2 cnic cnic"},
		{officerHead + strings.Replace(line, "Ayesha Bibi", "", 1), "2 name_en name_en"},
		{officerHead + strings.Replace(line, "عائشہ بی بی", "Ayesha", 1), "2 name_ur name_ur"},
		{officerHead + strings.Replace(line, "district-kasur", "district-kasoor", 1), "2 office office_missing"},
		{officerHead + "\n" + line + strings.Replace(line, "Bibi", "Begum", 1), "4 cnic same_person"},
		{officerHead + strings.Replace(line, "kasur,,,,", "kasur,nobody,12,,", 1), "2 email email; 2 telephone telephone"},
		{officerHead + strings.Replace(line, "kasur,,,,,", "kasur,,,,district:kasur,", 1), "2 role role_fields"},
		{officerHead + strings.Replace(line, "kasur,,,,,,", "kasur,,,emperor,,2026-04-01,", 1), "2 role role"},
		{officerHead + strings.Replace(line, "kasur,,,,,,", "kasur,,,registration-officer,,,", 1), "2 from grant_days"},
		{officerHead + strings.Replace(line, "kasur,,,,,,", "kasur,,,returning-officer,,2026-04-01,", 1), "2 role role_kind"},
		{officerHead + strings.Replace(line, "kasur,,,,,,", "kasur,,,registration-officer,district:lahore,2026-04-01,", 1), "2 areas grant_area"},
		{officerHead + strings.Replace(line, "kasur,,,,,,", "kasur,,,registration-officer,,2026-04-01,2026-03-15", 1), "2 from grant_days"},
		{officerHead + strings.Repeat(strings.Replace(line, "kasur,,,,,,", "kasur,,,registration-officer,,2026-04-01,", 1), 2), "3 role line_twice"},
		{officerHead + strings.TrimSuffix(line, "\n") + ",more\n", "2  fields"},
		{"\xff\xfe" + plain, "0  file_utf16"},
		{officerHead + line + "35202-0000000-2,Ali,\xc8\xc7\xc8,district-kasur,,,,,,\n", "3  file_utf8"},
		{officerHead + line + "35202-0000000-2,\"Ali,ا,district-kasur,,,,,,\n", "3  file_csv"},
		{officerHead + strings.Repeat(line, sheet.MaxLines+1), fmt.Sprintf("%d  file_lines", sheet.MaxLines+2)},
		{officerHead + strings.Repeat("x", sheet.MaxBytes), "0  file_large"},
	} {
		if got := told(readOfficers(t, c, try.text).Problems); got != try.want {
			t.Errorf("%.200q:\n got %.300s\nwant %s", try.text, got, try.want)
		}
	}
	if p := readOfficers(t, c, officerHead+strings.Repeat(",x,x,x\n", 1000)).Problems; len(p) > 201 || !strings.HasSuffix(told(p), "file_many") {
		t.Errorf("%d problems", len(p))
	}
}

// TestOneApproval: a list of officers becomes accounts at once, and roles by one
// approval of a second officer.
func TestOneApproval(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec := c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		known := c.Person("district-lahore")
		c.Update(t, func(tx *database.Tx) error { _, err := c.Book.AddOfficer(tx, c.First, known, "a test"); return err })
		text := officerHead +
			"35202-0000000-7,Ayesha Bibi,عائشہ بی بی,district-kasur,a@example.org,03001234567,registration-officer,,2026-03-01,\n" +
			"35202-0000000-7,Ayesha Bibi,عائشہ بی بی,display-kasur-1,,,revising-authority,tehsil:kasur/kasur,2026-03-01,2026-06-30\n" +
			"35202-0000000-8,Bilal Khan,بلال خان,district-kasur,b@example.org,,,,,\n" +
			known.Personal.CNIC.RevealDashed() + ",Renamed Officer," + known.NameUr + ",district-kasur,,,data-entry-operator,,2026-03-01,\n"
		p := readOfficers(t, c, text)
		if len(p.Problems) > 0 || p.Counts != (sheet.Counts{New: 2, Changed: 1}) || p.Granted != (sheet.Counts{New: 3}) {
			t.Fatalf("%s %+v %+v", told(p.Problems), p.Counts, p.Granted)
		}
		var taken sheet.Taken
		take := func(by office.Acting, text, mark string) func(*database.Tx) error {
			return func(tx *database.Tx) error {
				did, err := sheet.TakeOfficers(tx, c.Book, c.Desk, by, []byte(text), mark, "the season's staff")
				if err == nil {
					taken = did
				}
				return err
			}
		}
		refused := new(office.Refusal)
		if err := c.Fails(t, take(dec, text, p.Mark)); !errors.As(err, &refused) || refused.Reason != office.Outside { // the known one is Lahore's
			t.Error(err)
		}
		if n := rows(t, c, "office_officer"); n != 4 {
			t.Errorf("%d officers: a refused list left something behind", n)
		}
		c.Update(t, take(c.First, text, p.Mark))
		if len(taken.Added) != 2 || taken.Approval == nil || rows(t, c, "office_appointment") != 3 {
			t.Fatalf("%+v, %d appointments", taken, rows(t, c, "office_appointment"))
		}
		if strings.Contains(string(taken.Approval.Payload), "3520200000007") || strings.Contains(string(taken.Approval.Payload), "Ayesha") {
			t.Error("the payload has what is personal")
		}
		// Taken in again while it waits: there is nothing new but what waits already.
		again := readOfficers(t, c, text)
		if again.Counts != (sheet.Counts{Same: 3}) || again.Granted.New != 3 {
			t.Errorf("%+v %+v", again.Counts, again.Granted)
		}
		if err := c.Fails(t, take(c.Second, text, again.Mark)); !errors.Is(err, approval.ErrAskedBefore) {
			t.Error(err)
		}
		c.Update(t, func(tx *database.Tx) error {
			_, err := c.Desk.Approve(tx, c.Second, taken.Approval.ID, taken.Approval.Hash, "")
			return err
		})
		if rows(t, c, "office_appointment") != 6 {
			t.Errorf("%d appointments", rows(t, c, "office_appointment"))
		}
		last := readOfficers(t, c, text)
		if last.Counts.Same != 3 || last.Granted != (sheet.Counts{Same: 3}) {
			t.Errorf("%s %+v %+v", told(last.Problems), last.Counts, last.Granted)
		}
		c.Update(t, take(c.First, text, last.Mark))
		if taken.Approval != nil || len(taken.Added) > 0 {
			t.Errorf("%+v", taken)
		}
		// Other days for what is held already are no change but a problem.
		if got := told(readOfficers(t, c, strings.Replace(text, "2026-06-30", "2026-07-31", 1)).Problems); got != "3 role held" {
			t.Error(got)
		}
	})
}
