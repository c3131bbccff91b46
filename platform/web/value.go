package web

import (
	"fmt"
	"html/template"
	"reflect"
	"time"

	"intikhab/platform/words"
)

// A Link is a way to another page of this site, with its words.
type Link struct {
	Href string
	Text words.Message
}

// A Kind is how good or bad what is shown is. It is told by words first; a sign and
// a colour only repeat it.
type Kind string

// The kinds.
const (
	Good  Kind = "good"
	Warn  Kind = "warn"
	Bad   Kind = "bad"
	Info  Kind = "info"
	Quiet Kind = "quiet"
)

// A Tag is the status of one thing in a word or two: Draft, Approved, Lapsed.
type Tag struct {
	Kind Kind
	Text words.Message
}

// A Hint is a value with smaller words below it.
type Hint struct {
	Value any
	Below any
}

// Show writes any value for the inside of an element, in the page's language and
// with its own direction. Text is escaped; a whole number gets its commas; a time is
// shown in Pakistan's; a [words.Day], [words.Both], [words.Message], [Tag], [Link]
// and [Hint] as what they are; whatever else has a String method (a CNIC, a
// telephone number) as that says, which is masked.
func (p Page) Show(v any) template.HTML {
	escape := func(text string) template.HTML { return template.HTML(template.HTMLEscapeString(text)) }
	number := func(text string) template.HTML { return `<span class="num">` + escape(text) + `</span>` }
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return `<bdi>` + escape(v) + `</bdi>`
	case template.HTML:
		return v
	case words.Message:
		if v.Key == "" {
			return p.Show(v.Name)
		}
		return p.words.HTML(p.Lang, v.Key, v.Pairs...)
	case words.Both:
		return p.both(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return escape(words.Instant(p.Lang, v))
	case words.Day:
		if v.IsZero() {
			return ""
		}
		return escape(v.In(p.Lang))
	case Tag:
		return `<strong class="tag tag-` + escape(string(v.Kind)) + `">` + p.Show(v.Text) + `</strong>`
	case Link:
		return `<a href="` + escape(p.Href(v.Href)) + `">` + p.Show(v.Text) + `</a>`
	case Hint:
		return p.Show(v.Value) + `<span class="below">` + p.Show(v.Below) + `</span>`
	case []any:
		var all template.HTML
		for _, one := range v {
			all += `<span class="line">` + p.Show(one) + `</span>`
		}
		return all
	case fmt.Stringer:
		return number(v.String())
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return number(words.Number(p.Lang, r.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return number(words.Number(p.Lang, r.Uint()))
	case reflect.String: // a code with a type of its own
		return number(r.String())
	}
	return escape(fmt.Sprint(v))
}

// both writes a name, marked as of the other language where only that one has it.
func (p Page) both(b words.Both) template.HTML {
	lang := p.Lang
	if lang == words.Urdu && b.Ur == "" || lang == words.English && b.En == "" {
		lang = lang.Other()
	}
	text := template.HTML(template.HTMLEscapeString(b.In(p.Lang)))
	if lang == p.Lang || b.IsZero() {
		return text
	}
	return template.HTML(fmt.Sprintf(`<bdi lang="%s" dir="%s">`, lang, lang.Dir())) + text + `</bdi>`
}

// Ago tells how long before now an instant was.
func (p Page) Ago(t, now time.Time) string { return words.Ago(p.Lang, t, now) }

// Bytes is a size.
func (p Page) Bytes(n int64) string { return words.Bytes(p.Lang, n) }
