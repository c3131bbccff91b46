package form

import (
	"net/url"
	"slices"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

// A Filled is a form with what a person has answered. It is the view of the
// templates "form", "fields" and "error-summary".
type Filled struct {
	Form  *Form
	raw   url.Values // as typed, by parameter
	read  map[string]any
	wrong map[string]words.Message
	do    string // which button was pressed
}

// A Document is a file that was sent.
type Document struct {
	Name    string // as the sender calls it: shown, never used as a path
	Type    string // as its content shows
	Content []byte // nil where [Reader.Store] took it
	Ref     string // what [Reader.Store] gave for it
	Size    int64
}

// OK tells that nothing is wrong. Only then do the answers count.
func (f *Filled) OK() bool { return len(f.wrong) == 0 }

// Later tells that the person wants to save and come back. The answers are not
// checked then; keep Values as a draft.
func (f *Filled) Later() bool { return f.do == "later" }

// Changing tells that the person wants to change an answer of this step, at "check
// your answers". The answers are not checked then; show the form again with them.
func (f *Filled) Changing() bool { return f.do == "change" }

// Wrong adds what is wrong with the answer to a field; the first reason stays.
func (f *Filled) Wrong(name string, reason words.Message) {
	f.Form.field(name)
	if _, already := f.wrong[name]; !already {
		f.wrong[name] = reason
	}
}

// Text is the answer to a field of text, one choice, e-mail, password or code; ""
// when an optional one was left empty.
func (f *Filled) Text(name string) string { return answer[string](f, name) }

// Number is the answer to a number, and whether there is one.
func (f *Filled) Number(name string) (int64, bool) { return answered[int64](f, name) }

// Day is the answer to a date; the zero day when an optional one was left empty.
func (f *Filled) Day(name string) words.Day { return answer[words.Day](f, name) }

// CNIC is the answer to a CNIC, and whether there is one.
func (f *Filled) CNIC(name string) (cnic.Number, bool) { return answered[cnic.Number](f, name) }

// Telephone is the answer to a telephone number; the zero number when an optional
// one was left empty.
func (f *Filled) Telephone(name string) sms.MSISDN { return answer[sms.MSISDN](f, name) }

// Chosen are the values that were chosen of a field of kind Checks.
func (f *Filled) Chosen(name string) []string { return answer[[]string](f, name) }

// Document is the file that was sent, or nil.
func (f *Filled) Document(name string) *Document { return answer[*Document](f, name) }

func answer[T any](f *Filled, name string) T {
	v, _ := answered[T](f, name)
	return v
}

func answered[T any](f *Filled, name string) (T, bool) {
	f.Form.field(name)
	v, ok := f.read[name].(T)
	return v, ok
}

// Set shows an answer that was kept in a shape of its own, to be changed: a string,
// an int64, a [words.Day], or the values of a field of kind Checks.
func (f *Filled) Set(name string, value any) *Filled {
	field := f.Form.field(name)
	switch v := value.(type) {
	case words.Day:
		if !v.IsZero() {
			for i, n := range []int{v.Day, int(v.Month), v.Year} {
				f.raw.Set(field.params()[i], itoa(n))
			}
		}
	case []string:
		f.raw[name] = slices.Clone(v)
	case int64:
		f.raw.Set(name, itoa(int(v)))
	case int:
		f.raw.Set(name, itoa(v))
	case string:
		f.raw.Set(name, v)
	default:
		panic("form: no way to show such a value in " + name)
	}
	return f
}

// Values are the answers as they were typed, by parameter, without passwords and
// files: what a draft keeps and a later step carries along.
func (f *Filled) Values() url.Values {
	out := url.Values{}
	for i := range f.Form.Fields {
		field := &f.Form.Fields[i]
		if field.Kind == Password || field.Kind == File || field.Kind == Code {
			continue
		}
		for _, p := range field.params() {
			if v, ok := f.raw[p]; ok {
				out[p] = v
			}
		}
	}
	return out
}

// A Row is one line of the template "summary": what was asked, what was answered,
// and where to change it.
type Row struct {
	Label  words.Message
	Value  any    // see [web.Page.Show]
	Change string // address of the page that asks, or ""
	// Carried tells that the answers go to that page in the form with the id "carried"
	// (template "carried"), since nobody keeps them meanwhile.
	Carried bool
	Name    string // of the field
}

// Summary are the answers for "check your answers". Change gives the address at
// which the answer to a field can be changed, or ""; if nil, none can.
func (f *Filled) Summary(change func(name string) string) []Row {
	var rows []Row
	for i := range f.Form.Fields {
		field := &f.Form.Fields[i]
		if field.Kind == Hidden || field.Kind == Password || field.Kind == Code {
			continue
		}
		row := Row{Label: field.Label, Value: f.shown(field), Name: field.Name}
		if change != nil {
			row.Change = change(field.Name)
		}
		rows = append(rows, row)
	}
	return rows
}

// shown is an answer as a person reads it.
func (f *Filled) shown(field *Field) any {
	none := words.Say("shell.form.none")
	switch v := f.read[field.Name].(type) {
	case nil:
		return none
	case []string:
		var all []any
		for _, value := range v {
			all = append(all, optionText(field, value))
		}
		if all == nil {
			return none
		}
		return all
	case string:
		if v == "" {
			return none
		}
		if len(field.Options) > 0 {
			return optionText(field, v)
		}
		return v
	case *Document:
		return v.Name
	case sms.MSISDN:
		return words.Telephone(v.Reveal()) // to the one who has just typed it
	case cnic.Number:
		return v.RevealDashed() // likewise
	default:
		return v
	}
}

func optionText(field *Field, value string) words.Message {
	for _, o := range field.Options {
		if o.Value == value {
			return o.Text
		}
	}
	return words.Plain(value)
}
