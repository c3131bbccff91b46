package office

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"intikhab/platform/words"
)

// What gives an act in words, in one language.
func What(act Act, lang words.Language) string { return Texts.Text(lang, Title(act)) }

// who tells who may do what one line says, in English or Urdu.
func (p Permission) who(lang words.Language) string {
	name := Texts.Text(lang, p.Role.Key())
	if p.Scope == Everywhere && !p.Role.Appointed() {
		return name
	}
	return name + " (" + Texts.Text(lang, "office.scope."+string(p.Scope)) + ")"
}

// whoMay tells who may do an act.
func (t *Table) whoMay(act Act, lang words.Language, between string) string {
	var all []string
	for _, p := range t.Of(act) {
		all = append(all, p.who(lang))
	}
	return strings.Join(all, between)
}

// law gives the sections that an act's lines rest on, each once.
func (t *Table) law(act Act) string {
	var all []string
	for _, p := range t.Of(act) {
		if known := strings.Join(all, "\n"); p.Law != "" && !strings.Contains(known, p.Law) {
			all = append(all, p.Law)
		}
	}
	return strings.Join(all, "; ")
}

// WriteText writes the table for a terminal: a line for each act, with who may do it.
func (t *Table) WriteText(w io.Writer, lang words.Language) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, act := range t.Acts() {
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", act, officersMark(t.Two(act)), What(act, lang), t.whoMay(act, lang, "; "))
	}
	return out.Flush()
}

func officersMark(two bool) string {
	if two {
		return "2 officers"
	}
	return ""
}

// WriteCSV writes the table as permissions.csv has it, with the words beside.
func (t *Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(append(tableHead, "what_en", "what_ur"))
	for _, p := range t.rows {
		out.Write([]string{string(p.Act), string(p.Role), string(p.Scope), strconv.Itoa(p.Officers), p.Law, What(p.Act, words.English), What(p.Act, words.Urdu)})
	}
	out.Flush()
	return out.Error()
}

// WriteMarkdown writes the page of the book: by act, and by role.
func (t *Table) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(markdownHead)
	b.WriteString("| act | what it is | in Urdu | who may do it | officers | law |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, act := range t.Acts() {
		n := 1
		if t.Two(act) {
			n = 2
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %d | %s |\n", act, What(act, words.English), What(act, words.Urdu), t.whoMay(act, words.English, ";<br>"), n, t.law(act))
	}
	b.WriteString("\n## By role\nActs in bold take a second officer. What every officer may do is not repeated.\n")
	for _, r := range append(WaysIn(), Roles()...) {
		var acts []string
		for _, p := range t.rows {
			if p.Role == r {
				text := "`" + string(p.Act) + "`"
				if p.Officers == 2 {
					text = "**" + text + "**"
				}
				if p.Scope != Everywhere {
					text += " " + string(p.Scope)
				}
				acts = append(acts, text)
			}
		}
		fmt.Fprintf(&b, "\n**%s** (%s): ", Texts.Text(words.English, r.Key()), Texts.Text(words.Urdu, r.Key()))
		if len(acts) == 0 {
			b.WriteString("nothing of its own yet.\n")
		} else {
			b.WriteString(strings.Join(acts, ", ") + ".\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const markdownHead = `# Who may do what

This page is made of the table platform/office/permissions.csv by ` + "`go test ./platform/office -run TestPermissionsPage -update`" + `; ` +
	"`intikhab permissions`" + ` prints the same. The table is the only place that says who may do an act: every page, every address and every command names its act, and one that names none, or one that is not here, does not start. How it is applied is in [officers.md](officers.md).

The scopes: **self**, what is the officer's own; **office**, what is of the very office at which the role is held; **jurisdiction**, what lies wholly within the area of the office; **everywhere**.

Where a law is named, it is said whether the section was read of or is recalled; none was read in its official text, and a lawyer of the commission has to hold each against it.

`
