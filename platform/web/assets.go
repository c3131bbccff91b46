package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

//go:embed assets pages words shell.html
var ownFiles embed.FS

// Assets are the style sheets, scripts, faces and pictures of one package. Each is
// served under a path that holds a hash of its content, so that a browser may
// keep it for ever and never sees an old one.
type Assets struct {
	prefix string
	paths  map[string]string
	files  map[string]asset
}

type asset struct {
	kind    string
	content []byte
	zipped  []byte // nil where zipping gains nothing
}

// kinds are the files that are served, by the endings of their names. The machine's
// own table is not asked: on some a script is plain text, and then it does not run.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".json": "application/json",
}

// NewAssets takes the files in the folder assets of source and serves them below
// /assets/NAME/. A README.md among them is for whoever changes them and is not
// served. Within a style sheet url("FILE") leads to the asset of that name.
func NewAssets(name string, source fs.FS) (*Assets, error) {
	a := &Assets{prefix: "/assets/" + name + "/", paths: make(map[string]string), files: make(map[string]asset)}
	entries, err := fs.ReadDir(source, "assets")
	if err != nil {
		return nil, fmt.Errorf("assets of %s: %w", name, err)
	}
	var sheets []string
	for _, entry := range entries {
		switch file := entry.Name(); {
		case file == "README.md":
			continue
		case path.Ext(file) == ".css": // after what they name
			sheets = append(sheets, file)
		default:
			if err := a.add(source, file); err != nil {
				return nil, fmt.Errorf("assets of %s: %w", name, err)
			}
		}
	}
	for _, file := range sheets {
		if err := a.add(source, file); err != nil {
			return nil, fmt.Errorf("assets of %s: %w", name, err)
		}
	}
	return a, nil
}

var inSheet = regexp.MustCompile(`url\("([^":]+)"\)`)

func (a *Assets) add(source fs.FS, file string) error {
	content, err := fs.ReadFile(source, "assets/"+file)
	if err != nil {
		return err
	}
	kind, ok := kinds[path.Ext(file)]
	if !ok {
		return fmt.Errorf("%s: no kind of file that is served", file)
	}
	if path.Ext(file) == ".css" {
		for _, m := range inSheet.FindAllSubmatch(content, -1) {
			served, err := a.Path(string(m[1]))
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			content = bytes.ReplaceAll(content, m[0], []byte(`url("`+path.Base(served)+`")`))
		}
	}
	sum := sha256.Sum256(content)
	served := hex.EncodeToString(sum[:6]) + "-" + file
	a.paths[file] = a.prefix + served
	one := asset{kind: kind, content: content}
	if !strings.HasPrefix(kind, "font/") && !strings.HasPrefix(kind, "image/p") && kind != "image/webp" {
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a right one
		z.Write(content)
		z.Close()
		if out.Len() < len(content) {
			one.zipped = out.Bytes()
		}
	}
	a.files[served] = one
	return nil
}

// MustAssets is NewAssets for files embedded in the program.
func MustAssets(name string, source fs.FS) *Assets {
	a, err := NewAssets(name, source)
	if err != nil {
		panic(err)
	}
	return a
}

// Path is where the asset of this file name is served; a template that names an
// asset which is not there fails.
func (a *Assets) Path(file string) (string, error) {
	if p, ok := a.paths[file]; ok {
		return p, nil
	}
	return "", fmt.Errorf("no asset %q below %s", file, a.prefix)
}

// Route serves the assets.
func (a *Assets) Route() Route {
	return Route{Method: http.MethodGet, Path: a.prefix + "{file}", Act: "page.asset", Handler: a.serve}
}

func (a *Assets) serve(w http.ResponseWriter, r *http.Request) {
	one, ok := a.files[r.PathValue("file")]
	if !ok {
		Fail(w, r, http.StatusNotFound)
		return
	}
	header := w.Header()
	header.Set("Content-Type", one.kind)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	content := one.content
	if one.zipped != nil {
		// Only what is the same for everybody is compressed: what stands in a page
		// beside a secret would show in its length (BREACH).
		header.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Header.Get("Range") == "" {
			header.Set("Content-Encoding", "gzip")
			content = one.zipped
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

var ownAssets = MustAssets("web", ownFiles)
