package calendar

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"intikhab/platform/office"
	"intikhab/platform/words"
)

// ICalendar writes spans as an iCalendar object (RFC 5545) in one language: one event of
// whole days each, which a calendar program replaces when a later version of the row
// comes. A freeze without an end lasts to the day given, and says that it goes on.
func ICalendar(spans []Span, lang words.Language, until office.Day) string {
	var c lines
	c.put("BEGIN", "VCALENDAR")
	c.put("VERSION", "2.0")
	c.put("PRODID", "-//intikhab//rolls calendar//"+strings.ToUpper(string(lang)))
	c.put("CALSCALE", "GREGORIAN")
	c.put("METHOD", "PUBLISH")
	c.put("X-WR-CALNAME", escape(catalogue.Text(lang, "calendar.title")))
	for _, s := range spans {
		c.event(s, lang, until)
	}
	c.put("END", "VCALENDAR")
	return c.String()
}

func (c *lines) event(s Span, lang words.Language, until office.Day) {
	say := func(m words.Message) string { return plain(catalogue.Say(lang, m)) }
	var where []string
	for _, a := range s.Row.Scope {
		where = append(where, say(areaName(a)))
	}
	about := []string{s.Row.Reason.In(lang)}
	if kind := s.KindName(); !kind.IsZero() {
		about = append([]string{say(kind)}, about...)
	}
	if !s.Deviation.IsZero() {
		about = append(about, plain(catalogue.Text(lang, "calendar.deviation"))+": "+s.Deviation.In(lang))
	}
	last := s.To
	if last == "" {
		last = max(until, s.From)
		about = append(about, plain(catalogue.Text(lang, "calendar.until_results")))
	}
	c.put("BEGIN", "VEVENT")
	c.put("UID", fmt.Sprintf("%s-%s@rolls.intikhab", strings.ToLower(s.Row.ID), s.Phase))
	c.put("SEQUENCE", fmt.Sprint(s.Row.Version-1))
	c.put("DTSTAMP", s.Row.Made.UTC().Format("20060102T150405Z"))
	c.put("DTSTART;VALUE=DATE", compact(s.From))
	c.put("DTEND;VALUE=DATE", compact(last.Next())) // the first day that it is over
	c.put("SUMMARY;LANGUAGE="+string(lang), escape(say(s.Name())))
	c.put("LOCATION;LANGUAGE="+string(lang), escape(strings.Join(where, ", ")))
	c.put("DESCRIPTION;LANGUAGE="+string(lang), escape(strings.Join(about, "\n")))
	c.put("TRANSP", "TRANSPARENT")
	c.put("CATEGORIES", strings.ToUpper(s.What))
	c.put("END", "VEVENT")
}

func compact(d office.Day) string { return strings.ReplaceAll(string(d), "-", "") }

// plain takes the marks of direction out of a text: calendar programs set their own.
func plain(text string) string { return strings.NewReplacer("\u2066", "", "\u2069", "").Replace(text) }

// escape writes a value of type TEXT (section 3.3.11).
func escape(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// lines are content lines, folded at 75 octets, never within a character (section 3.1).
type lines struct{ strings.Builder }

func (c *lines) put(name, value string) {
	line, room := name+":"+value, 75
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		c.WriteString(line[:cut] + "\r\n ")
		line, room = line[cut:], 74
	}
	c.WriteString(line + "\r\n")
}
