package form

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"intikhab/platform/words"
)

// errTooLong ends the reading of a file that is larger than its field takes.
var errTooLong = errors.New("form: the file is larger than the field takes")

// takeFile reads one file as it comes. What it says of its own kind is not believed.
func (rd Reader) takeFile(f *Filled, part *multipart.Part) error {
	i := slices.IndexFunc(f.Form.Fields, func(x Field) bool { return x.Kind == File && x.Name == part.FormName() })
	if i < 0 || f.read[part.FormName()] != nil || !f.wrong[part.FormName()].IsZero() {
		return ErrMalformed
	}
	field := &f.Form.Fields[i]
	name := fileName(part.FileName())
	if name == "" { // no file was chosen
		_, err := io.Copy(io.Discard, part)
		return wrapBody(err)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(part, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return wrapBody(err)
	}
	head = head[:n]
	d := &Document{Name: name, Type: sniff(head, name)}
	content := &counted{r: io.MultiReader(bytes.NewReader(head), part), left: int64(field.most()) + 1}
	switch {
	case n == 0:
		f.wrong[field.Name] = words.Say("shell.form.file_empty")
	case len(field.Types) > 0 && !slices.Contains(field.Types, d.Type):
		f.wrong[field.Name] = words.Say("shell.form.file_type", "types", strings.Join(endings(field.Types), ", "))
	case rd.Store != nil:
		d.Ref, err = rd.Store(field.Name, d.Name, d.Type, content)
	default:
		d.Content, err = io.ReadAll(content)
	}
	switch {
	case content.over:
		f.wrong[field.Name] = words.Say("shell.form.file_large", "most", words.Bytes(words.English, int64(field.most())))
	case n > 0 && f.wrong[field.Name].IsZero() && err != nil && err != io.EOF && err != io.ErrUnexpectedEOF:
		return wrapBody(err)
	}
	d.Size = content.n
	if f.wrong[field.Name].IsZero() {
		f.read[field.Name] = d
	}
	_, err = io.Copy(io.Discard, part)
	return wrapBody(err)
}

func wrapBody(err error) error {
	if err == nil {
		return nil
	}
	return bodyError(err)
}

// counted reads up to left bytes and then fails.
type counted struct {
	r    io.Reader
	n    int64
	left int64
	over bool
}

func (c *counted) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	c.n, c.left = c.n+int64(n), c.left-int64(n)
	if c.left <= 0 {
		c.over = true
		return 0, errTooLong
	}
	return n, err
}

// fileName is the last part of a name, whichever system it comes from, cleaned and
// bounded. It is shown and never used as a path.
func fileName(sent string) string {
	name := Clean(path.Base(strings.ReplaceAll(sent, `\`, "/")), false)
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	for utf8.RuneCountInString(name) > 100 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// sniff tells the kind of a file by its first bytes (WHATWG MIME Sniffing, as
// net/http has it). Kinds that are plain text to that standard are told apart by
// their names: a CSV is any text that calls itself one.
func sniff(head []byte, name string) string {
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if kind == "text/plain" && bytes.IndexByte(head, 0) < 0 {
		switch strings.ToLower(path.Ext(name)) {
		case ".csv":
			return "text/csv"
		case ".json":
			return "application/json"
		}
	}
	return kind
}

// endings are the names by which people know kinds of files.
func endings(kinds []string) (names []string) {
	known := map[string]string{"text/csv": "CSV", "application/json": "JSON", "application/pdf": "PDF", "image/png": "PNG",
		"image/jpeg": "JPEG", "text/plain": "TXT", "application/zip": "ZIP"}
	for _, k := range kinds {
		if known[k] != "" {
			k = known[k]
		}
		names = append(names, k)
	}
	return names
}
