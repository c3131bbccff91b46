package house

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"intikhab/test/need"
)

// places are patterns of what one machine has and the next has not: folders of
// whoever wrote a line, and the hosts of registries, which a mirror may stand for.
// The patterns are cut in two so that they do not find themselves.
var places = map[string]*regexp.Regexp{
	"a folder of one machine": regexp.MustCompile(`(^|[^\w.$}])/(?:ro` + `ot|ho` + `me/\w|Us` + `ers/\w|wo` + `rk|tm` + `p/\w|mnt|opt/\w+/)`),
	"the host of a registry":  regexp.MustCompile(`registry\.np` + `mjs|proxy\.go` + `lang\.org|sum\.go` + `lang\.org|pypi\.o` + `rg|deb\.debi` + `an\.org|reg` + `istry\.yarn`),
}

func TestNoMachineInTheTree(t *testing.T) {
	for _, name := range list(t) {
		text := read(t, name)
		if !isText(text) || name == ".gitignore" {
			continue
		}
		for what, pattern := range places {
			for i, line := range bytes.Split(text, []byte("\n")) {
				if found := pattern.Find(line); found != nil {
					t.Errorf("%s:%d: %q is %s", name, i+1, found, what)
				}
			}
		}
	}
}

// TestOnlyText: what is committed can be read and compared; pictures are the one
// exception, and faces, and fuzzing's and format's small samples.
func TestOnlyText(t *testing.T) {
	for _, name := range list(t) {
		text := read(t, name)
		if len(text) > 1<<20 {
			t.Errorf("%s has %d bytes: the repository holds no large files", name, len(text))
		}
		switch path.Ext(name) {
		case ".png", ".webp", ".woff2", ".ttf":
			continue
		}
		if !isText(text) && !strings.Contains(name, "/testdata/") {
			t.Errorf("%s is not text", name)
		}
		if bytes.Contains(text, []byte("\r\n")) && isText(text) && !strings.Contains(name, "/testdata/") {
			t.Errorf("%s has lines that end as on Windows", name)
		}
	}
}

// pages are the Markdown files.
func pages(t *testing.T) (names []string) {
	t.Helper()
	for _, name := range list(t) {
		if strings.HasSuffix(name, ".md") && !strings.Contains(name, "/testdata/") {
			names = append(names, name)
		}
	}
	return names
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fence   = regexp.MustCompile("(?ms)^```.*?^```")
	inline  = regexp.MustCompile("`[^`\n]*`")
	heading = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
)

// prose is a page without its code.
func prose(text []byte) []byte {
	return inline.ReplaceAll(fence.ReplaceAll(text, nil), []byte("code"))
}

// anchors are the names by which a page's headings can be linked to.
func anchors(text []byte) map[string]bool {
	names := map[string]bool{}
	for _, h := range heading.FindAllSubmatch(fence.ReplaceAll(text, nil), -1) {
		var b strings.Builder
		for _, r := range strings.ToLower(string(h[1])) {
			switch {
			case r == ' ':
				b.WriteByte('-')
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				b.WriteRune(r)
			}
		}
		names[b.String()] = true
	}
	return names
}

func TestLinksLead(t *testing.T) {
	root := need.Root(t)
	linked := map[string]bool{"README.md": true}
	for _, page := range pages(t) {
		for _, m := range link.FindAllSubmatch(prose(read(t, page)), -1) {
			target := string(m[1])
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(target, "#")
			if file = path.Join(path.Dir(page), file); target[0] == '#' {
				file = page
			}
			linked[file] = true
			if info, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s links to %s, which is not there", page, target)
			} else if anchor != "" && !info.IsDir() && !anchors(read(t, file))[anchor] {
				t.Errorf("%s links to %s, which has no such heading", page, target)
			}
		}
	}
	for _, page := range pages(t) {
		if path.Dir(page) == "docs" && !linked[page] {
			t.Errorf("no page links to %s, so nobody will read it", page)
		}
	}
}

// TestGivenAway: data of others that the repository holds are credited.
func TestGivenAway(t *testing.T) {
	notice := string(read(t, "NOTICE"))
	for _, credit := range []string{"open-admin-data/pakistan-administrative-divisions", "CC BY 4.0"} {
		if !strings.Contains(notice, credit) {
			t.Errorf("NOTICE does not name %s", credit)
		}
	}
}
