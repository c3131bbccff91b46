package form

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"intikhab/platform/web"
	"intikhab/platform/words"
)

var catalogue = web.MustCatalogue()

func day(text string) words.Day {
	d, err := words.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func testForm() *Form {
	label := words.Plain("It")
	two := []Option{{Value: "a", Text: words.Plain("A")}, {Value: "b", Text: words.Plain("B")}}
	return &Form{Later: true, Fields: []Field{
		{Name: "text", Label: label, Optional: true, Most: 10},
		{Name: "long", Kind: Long, Label: label, Optional: true},
		{Name: "number", Kind: Number, Label: label, Optional: true, Low: 1, High: 5000},
		{Name: "count", Kind: Number, Label: label, Optional: true},
		{Name: "date", Kind: Date, Label: label, Optional: true, Earliest: day("2027-01-01"), Latest: day("2027-12-31")},
		{Name: "select", Kind: Select, Label: label, Optional: true, Options: two},
		{Name: "radios", Kind: Radios, Label: label, Optional: true, Options: two},
		{Name: "checks", Kind: Checks, Label: label, Optional: true, Options: two},
		{Name: "cnic", Kind: CNIC, Label: label, Optional: true},
		{Name: "telephone", Kind: Telephone, Label: label, Optional: true},
		{Name: "email", Kind: Email, Label: label, Optional: true},
		{Name: "password", Kind: Password, Label: label, Optional: true, Most: 12},
		{Name: "code", Kind: Code, Label: label, Optional: true},
		{Name: "hidden", Kind: Hidden, Label: label, Optional: true},
		{Name: "file", Kind: File, Label: label, Optional: true, Most: 10, Types: []string{"text/csv"}},
	}}
}

func plain(body string) *http.Request {
	r := httptest.NewRequest("POST", "/x", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestReadTellsWhatToDo(t *testing.T) {
	for _, c := range []struct{ field, sent, says string }{
		{"text", "text=" + strings.Repeat("x", 11), "At most 10 characters fit"},
		{"number", "number=x1", "write a whole number"},
		{"number", "number=1.5", "write a whole number"},
		{"number", "number=0", "from 1 to 5,000"},
		{"number", "number=5001", "from 1 to 5,000"},
		{"number", "number=99999999999999999999", "from 1 to 5,000"},
		{"count", "count=99999999999999999999", "write a whole number"},
		{"count", "count=-1", "0 or more"},
		{"date", "date-day=30&date-month=2&date-year=2027", "not in the calendar"},
		{"date", "date-day=3&date-month=2&date-year=27", "not in the calendar"},
		{"date", "date-day=3", "day, month and year"},
		{"date", "date-day=x&date-month=2&date-year=2027", "not in the calendar"},
		{"date", "date-day=31&date-month=12&date-year=2026", "1 January 2027 or a later day"},
		{"date", "date-day=1&date-month=1&date-year=2028", "31 December 2027 or an earlier day"},
		{"select", "select=c", "choose one"},
		{"radios", "radios=A", "choose one"},
		{"checks", "checks=a&checks=c", "choose one"},
		{"checks", "checks=a&checks=a", "choose one"},
		{"cnic", "cnic=42301", "has 5 digits"},
		{"cnic", "cnic=number", "13 digits of the identity card"},
		{"telephone", "telephone=8300", "such as 0300 1234567"},
		{"telephone", "telephone=call me", "such as 0300 1234567"},
		{"email", "email=me@home", "e-mail address"},
		{"email", "email=Me <me@example.org>", "e-mail address"},
		{"password", "password=" + strings.Repeat("x", 13), "At most 12"},
		{"code", "code=12a", "digits of the code"},
	} {
		f, err := testForm().Read(plain(c.sent))
		if err != nil {
			t.Errorf("%s: %v", c.sent, err)
			continue
		}
		errors := f.Errors()
		if len(errors) != 1 || f.OK() {
			t.Errorf("%s: got %d errors, want 1", c.sent, len(errors))
			continue
		}
		if got := catalogue.Say(words.English, errors[0].Text); !strings.Contains(got, c.says) {
			t.Errorf("%s: %q does not say %q", c.sent, got, c.says)
		}
		if !strings.HasPrefix(errors[0].ID, c.field) {
			t.Errorf("%s: the summary leads to %q", c.sent, errors[0].ID)
		}
		for _, field := range f.Fields() {
			if field.Name == c.field && (field.Error.IsZero() || !strings.Contains(field.Described(), c.field+"-error")) {
				t.Errorf("%s: the error does not stand at its field", c.sent)
			}
		}
	}
}

func TestReadPutsIntoShape(t *testing.T) {
	f, err := testForm().Read(plain(url.Values{
		"text": {"  Ali\u202e\tKhan\r\n"}, "long": {"one\r\ntwo\r"}, "number": {"۱,۲۵۰"}, "date-day": {"٨"}, "date-month": {"02"}, "date-year": {"۲۰۲۷"},
		"select": {"b"}, "checks": {"b", "", "a"}, "cnic": {"42301 1234567-1"}, "telephone": {"+92 (300) 1234567"},
		"email": {" me@example.org "}, "password": {" as typed "}, "code": {"۱۲۳ ۴۵۶"}, "nobody": {"asked"}, "do": {"send"},
	}.Encode()))
	if err != nil || !f.OK() {
		t.Fatalf("%v %v", err, f.Errors())
	}
	number, _ := f.Number("number")
	card, _ := f.CNIC("cnic")
	for _, c := range []struct{ got, want any }{
		{f.Text("text"), "Ali Khan"}, {f.Text("long"), "one\ntwo"}, {number, int64(1250)}, {f.Day("date"), day("2027-02-08")},
		{f.Text("select"), "b"}, {f.Text("radios"), ""}, {strings.Join(f.Chosen("checks"), " "), "b a"},
		{card.RevealDashed(), "42301-1234567-1"}, {f.Telephone("telephone").Reveal(), "923001234567"},
		{f.Text("email"), "me@example.org"}, {f.Text("password"), " as typed "}, {f.Text("code"), "123456"},
		{f.Later(), false}, {f.Document("file") == nil, true}, {f.Values().Has("password"), false}, {f.Values().Has("nobody"), false},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	rows := f.Summary(func(name string) string { return "/change/" + name })
	if len(rows) != 12 || rows[2].Value != int64(1250) || rows[6].Change != "/change/radios" {
		t.Errorf("the answers to be checked are %v", rows)
	}
	// What was kept is read again as it was sent.
	again := testForm().Recheck(f.Values())
	if !again.OK() || again.Day("date") != day("2027-02-08") || len(again.Chosen("checks")) != 2 {
		t.Errorf("read again: %v", again.Errors())
	}
	for _, field := range f.Fields() {
		if field.Kind == Password && field.Value != "" {
			t.Error("a password is shown again")
		}
	}
}

func TestReadRefuses(t *testing.T) {
	many := strings.Repeat("checks=a&", mostParams+1)
	for name, r := range map[string]*http.Request{
		"a field twice":   plain("text=a&text=b"),
		"no UTF-8":        plain("text=%ff"),
		"broken":          plain("text=%zz"),
		"too many":        plain(many),
		"JSON":            httptest.NewRequest("POST", "/x", strings.NewReader("{}")),
		"half of a part":  multi("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx"),
		"a file uncalled": multi("--b\r\nContent-Disposition: form-data; name=\"other\"; filename=\"x\"\r\n\r\nx\r\n--b--\r\n"),
		"a file twice": multi(strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\nx\r\n", 2) +
			"--b--\r\n"),
	} {
		if _, err := testForm().Read(r); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	f, err := testForm().Read(plain("do=later&number=x"))
	if err != nil || !f.Later() || f.Values().Get("number") != "x" {
		t.Errorf("for later: %v", err)
	}
}

func multi(body string) *http.Request {
	r := httptest.NewRequest("POST", "/x", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	return r
}

func TestFiles(t *testing.T) {
	send := func(name, content string, reader Reader) (*Filled, error) {
		var body strings.Builder
		m := multipart.NewWriter(&body)
		m.WriteField("text", "x")
		part, _ := m.CreateFormFile("file", name)
		io.WriteString(part, content)
		m.Close()
		r := httptest.NewRequest("POST", "/x", strings.NewReader(body.String()))
		r.Header.Set("Content-Type", m.FormDataContentType())
		return reader.Read(testForm(), r)
	}
	f, err := send("../../etc/a.csv", "a,b\n", Reader{})
	if d := f.Document("file"); err != nil || d == nil || d.Name != "a.csv" || d.Type != "text/csv" || string(d.Content) != "a,b\n" || d.Size != 4 {
		t.Errorf("got %+v %v", d, err)
	}
	f, err = send(`C:\x\a.csv`, "0123456789", Reader{})
	if d := f.Document("file"); err != nil || !f.OK() || d.Name != "a.csv" || d.Size != 10 {
		t.Errorf("a file of just the size: %+v %v %v", d, f.Errors(), err)
	}
	stored := ""
	store := Reader{Store: func(field, name, kind string, content io.Reader) (string, error) {
		text, err := io.ReadAll(content)
		stored = string(text)
		return "ref", err
	}}
	f, err = send("a.csv", "a,b\n", store)
	if d := f.Document("file"); err != nil || d.Ref != "ref" || stored != "a,b\n" || d.Content != nil {
		t.Errorf("stored %q: %+v %v", stored, d, err)
	}
	for content, says := range map[string]string{"01234567890": "too large", "": "empty", "%PDF-1.7": "another kind", "a\x00b": "another kind"} {
		for _, reader := range []Reader{{}, store} {
			f, err := send("a.csv", content, reader)
			if err != nil || f.OK() || !strings.Contains(catalogue.Say(words.English, f.Errors()[0].Text), says) {
				t.Errorf("%q: %v %v", content, f.Errors(), err)
			}
		}
	}
}

// Ensure that what comes out of Clean stays as it is, and can mislead nobody.
func TestClean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(rapid.String().Draw(t, "text"), false)
		if again := Clean(text, false); again != text {
			t.Fatalf("%q cleaned again is %q", text, again)
		}
		if strings.ContainsAny(text, "\n\r\t\x00\u202a\u202e\u2066\u2069") || strings.TrimSpace(text) != text || !utf8.ValidString(text) {
			t.Fatalf("%q is not clean", text)
		}
	})
	if got, want := Clean("ی\u200cہ", false), "ی\u200cہ"; got != want {
		t.Errorf("a joiner is lost: %q", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"text=a&date-day=1&date-month=2&date-year=2027&checks=a&checks=b", "number=%DB%B1%2C000", "cnic=42301-1234567-1&do=later", "%", "text=%ff"} {
		f.Add(seed, false)
	}
	f.Add("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\na,b\r\n--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n--b--\r\n", true)
	f.Fuzz(func(t *testing.T, body string, parts bool) {
		r := plain(body)
		if parts {
			r = multi(body)
		}
		filled, err := testForm().Read(r)
		if err != nil {
			return
		}
		// Whatever was read stands within what the fields take, and can be kept and read again.
		if !filled.OK() && len(filled.Errors()) == 0 {
			t.Fatal("wrong, and nothing to put right")
		}
		if n, ok := filled.Number("number"); ok && (n < 1 || n > 5000) {
			t.Fatalf("number %d", n)
		}
		if d := filled.Day("date"); !d.IsZero() && (d.Before(day("2027-01-01")) || day("2027-12-31").Before(d)) {
			t.Fatalf("day %s", d)
		}
		if v := filled.Text("select"); !slices.Contains([]string{"", "a", "b"}, v) {
			t.Fatalf("chosen %q", v)
		}
		if again := testForm().Recheck(filled.Values()); filled.OK() && !filled.Later() && !filled.Changing() && !again.OK() {
			t.Fatalf("right, and wrong when read again: %v", again.Errors())
		}
		filled.Fields()
		filled.Summary(nil)
	})
}
