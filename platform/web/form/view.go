package form

import (
	"html/template"
	"slices"
	"strings"

	"intikhab/platform/words"
)

// A Shown is one field as the template "field" draws it.
type Shown struct {
	*Field
	ID      string // of the first box, where the summary leads
	Error   words.Message
	Value   string
	Boxes   []Box    // of a date
	Choices []Choice // of a select, radios and checks
}

// A Box is one of the three of a date.
type Box struct {
	ID, Param, Value string
	Label            words.Message
	Year             bool
}

// A Choice is one option with whether it is chosen.
type Choice struct {
	Option
	ID string
	On bool
}

// Fields are the fields as they are drawn, hidden ones left out.
func (f *Filled) Fields() []Shown {
	var all []Shown
	for i := range f.Form.Fields {
		if f.Form.Fields[i].Kind != Hidden {
			all = append(all, f.show(&f.Form.Fields[i]))
		}
	}
	return all
}

// Field is one field as it is drawn, for a page that sets its own between others.
func (f *Filled) Field(name string) Shown { return f.show(f.Form.field(name)) }

func (f *Filled) show(field *Field) Shown {
	s := Shown{Field: field, ID: field.Name, Error: f.wrong[field.Name]}
	switch field.Kind {
	case Password, File, Code:
	case Date:
		for i, param := range field.params() {
			s.Boxes = append(s.Boxes, Box{ID: param, Param: param, Value: f.raw.Get(param), Year: i == 2,
				Label: words.Say([]string{"shell.form.day", "shell.form.month", "shell.form.year"}[i])})
		}
		s.ID = s.Boxes[0].ID
	default:
		s.Value = f.raw.Get(field.Name)
		for i, o := range field.Options {
			c := Choice{Option: o, ID: field.Name + "-" + itoa(i+1), On: slices.Contains(f.raw[field.Name], o.Value)}
			s.Choices = append(s.Choices, c)
		}
		if field.Kind == Radios || field.Kind == Checks {
			s.ID = field.Name + "-1"
		}
	}
	return s
}

// Sort is the kind of field, with its default.
func (s Shown) Sort() string { return string(s.kind()) }

// Described are the ids of what describes the field, for aria-describedby.
func (s Shown) Described() string {
	var ids []string
	if !s.Hint.IsZero() {
		ids = append(ids, s.Name+"-hint")
	}
	if !s.Error.IsZero() {
		ids = append(ids, s.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// Marks are the attributes of a box that say what describes it and that it is wrong.
// They are made of names that the program has given to its fields.
func (s Shown) Marks() template.HTMLAttr {
	var marks string
	if ids := s.Described(); ids != "" {
		marks = `aria-describedby="` + template.HTMLEscapeString(ids) + `"`
	}
	if !s.Error.IsZero() {
		marks += ` aria-invalid="true"`
	}
	return template.HTMLAttr(marks)
}

// Mode is the keyboard that a telephone shows.
func (s Shown) Mode() string {
	switch s.Kind {
	case Number, CNIC, Code:
		return "numeric"
	case Telephone:
		return "tel"
	case Email:
		return "email"
	}
	return "text"
}

// Longest is how many characters the box takes. It is a little more than the field
// does, so that a text pasted whole is told about and not cut off in silence.
func (s Shown) Longest() int { return 2*s.most() + 20 }

// Accept is what a browser offers of the visitor's files.
func (s Shown) Accept() string { return strings.Join(s.Types, ",") }

// AutoToken is the autocomplete attribute.
func (s Shown) AutoToken() string {
	switch {
	case s.Auto != "":
		return s.Auto
	case s.Kind == Code:
		return "one-time-code"
	}
	return "off"
}

// Hidden are the parameters that are carried along.
func (f *Filled) Hidden() []Box {
	var all []Box
	for _, field := range f.Form.Fields {
		if field.Kind == Hidden {
			for _, value := range f.raw[field.Name] {
				all = append(all, Box{Param: field.Name, Value: value})
			}
		}
	}
	return all
}

// An Error is one line of the summary above a form.
type Error struct {
	ID   string // of the box that it leads to
	Text words.Message
}

// Errors are all that is wrong, in the order of the fields.
func (f *Filled) Errors() []Error {
	var all []Error
	for i := range f.Form.Fields {
		if reason, bad := f.wrong[f.Form.Fields[i].Name]; bad {
			all = append(all, Error{ID: f.show(&f.Form.Fields[i]).ID, Text: reason})
		}
	}
	return all
}

// HasFile tells whether the form is to be sent in parts.
func (f *Filled) HasFile() bool {
	return slices.ContainsFunc(f.Form.Fields, func(x Field) bool { return x.Kind == File })
}
