package form

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"intikhab/platform/web"
)

// mostParams bounds how many values are taken in: a form has tens.
const mostParams = 2000

// ErrMalformed is a body that no page of ours sends: not a form, a field twice that
// is asked once, text that is not UTF-8 or has a zero byte, which no database keeps.
var ErrMalformed = errors.New("form: the body is not what this page sends")

// A Reader reads one request's answers. The zero Reader keeps files in memory.
type Reader struct {
	// Store takes a file as it comes, so that it need not fit into memory, and gives
	// back what it is known by. It must read to the end or return an error; what it
	// has stored of a form that turns out wrong is its own to throw away.
	Store func(field, name, kind string, content io.Reader) (ref string, err error)
}

// Read reads the answers from a request's body: a form, or one with files
// (multipart/form-data). What a person can put right is in the Filled and not an
// error; an error is a body that is malformed or beyond the route's bound, to be
// answered by [Failed]. When it returns, the whole body has been read.
func (f *Form) Read(r *http.Request) (*Filled, error) { return Reader{}.Read(f, r) }

// Read is [Form.Read] with this reader.
func (rd Reader) Read(f *Form, r *http.Request) (*Filled, error) {
	filled := f.With(nil)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		err = readPlain(filled, r.Body)
	case err == nil && kind == "multipart/form-data":
		err = rd.readParts(filled, multipart.NewReader(r.Body, params["boundary"]))
	default:
		err = ErrMalformed
	}
	if err != nil {
		return nil, err
	}
	if filled.Changing() || filled.Later() && f.Later {
		return filled, nil
	}
	filled.check()
	return filled, nil
}

// Recheck reads and checks answers that were kept, as they were typed: at the last
// step, when those of all steps count.
func (f *Form) Recheck(values url.Values) *Filled {
	filled := f.With(values)
	filled.check()
	return filled
}

// Failed answers a request whose body could not be read.
func Failed(w http.ResponseWriter, r *http.Request, err error) {
	web.Fail(w, r, web.BodyStatus(err))
}

func readPlain(filled *Filled, body io.Reader) error {
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("form: %w", err)
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return ErrMalformed
	}
	n := 0
	for param, all := range values {
		for _, v := range all {
			if n++; n > mostParams {
				return ErrMalformed
			}
			if err := filled.take(param, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// take puts one value in its place. A parameter that is asked once must not be there
// twice: one of two readers behind each other might see the first, the other the
// last.
func (f *Filled) take(param, value string) error {
	if !utf8.ValidString(param) || !utf8.ValidString(value) || strings.Contains(value, "\x00") {
		return ErrMalformed
	}
	for i := range f.Form.Fields {
		field := &f.Form.Fields[i]
		if field.Kind != File && slices.Contains(field.params(), param) {
			if f.raw.Has(param) && field.Kind != Checks && !field.many {
				return ErrMalformed
			}
			f.raw.Add(param, value)
			return nil
		}
	}
	if param == "do" && f.do == "" {
		f.do = value
	}
	return nil // a parameter that nobody asked for is nobody's
}

// readParts reads a form with files.
func (rd Reader) readParts(filled *Filled, parts *multipart.Reader) error {
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return bodyError(err)
		}
		if n > mostParams {
			return ErrMalformed
		}
		if part.FileName() != "" || rd.isFile(filled.Form, part.FormName()) {
			if err := rd.takeFile(filled, part); err != nil {
				return err
			}
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, 64<<10+1))
		if err != nil {
			return bodyError(err)
		}
		if len(text) > 64<<10 {
			return ErrMalformed
		}
		if err := filled.take(part.FormName(), string(text)); err != nil {
			return err
		}
	}
}

// bodyError keeps the error of a body beyond its bound, and makes one of all others.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fmt.Errorf("form: %w", err)
	}
	return ErrMalformed
}

func (rd Reader) isFile(f *Form, name string) bool {
	return slices.ContainsFunc(f.Fields, func(x Field) bool { return x.Kind == File && x.Name == name })
}

func itoa(n int) string { return strconv.Itoa(n) }
