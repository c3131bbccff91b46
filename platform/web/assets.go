package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"time"
)

//go:embed assets pages words shell.html
var ownFiles embed.FS

// Assets are the style sheets, scripts and pictures of one package. Each is
// served under a path that holds a hash of its content, so that a browser may
// keep it for ever and never sees an old one.
type Assets struct {
	prefix string
	paths  map[string]string
	files  map[string][]byte
}

// NewAssets takes the files in the folder assets of source and serves them below
// /assets/NAME/.
func NewAssets(name string, source fs.FS) (*Assets, error) {
	a := &Assets{prefix: "/assets/" + name + "/", paths: make(map[string]string), files: make(map[string][]byte)}
	entries, err := fs.ReadDir(source, "assets")
	if err != nil {
		return nil, fmt.Errorf("assets of %s: %w", name, err)
	}
	for _, entry := range entries {
		content, err := fs.ReadFile(source, "assets/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("assets of %s: %w", name, err)
		}
		sum := sha256.Sum256(content)
		served := hex.EncodeToString(sum[:6]) + "-" + entry.Name()
		a.paths[entry.Name()] = a.prefix + served
		a.files[served] = content
	}
	return a, nil
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
	content, ok := a.files[r.PathValue("file")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := mime.TypeByExtension(path.Ext(r.PathValue("file")))
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

var ownAssets = MustAssets("web", ownFiles)
