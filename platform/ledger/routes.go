package ledger

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/transparency-dev/tessera/api/layout"

	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/web"
)

// ActRead is what whoever reads the log does: anybody.
const ActRead web.Act = "ledger.read"

// Routes serves the log under a prefix ("/ledger"): the files of C2SP tlog-tiles at
// PREFIX/checkpoint and PREFIX/tile/, the public key at PREFIX/key, and proofs for
// whoever does not want to make them from tiles at PREFIX/proof/. Nothing beyond the
// published checkpoint is served.
func (l *Log) Routes(prefix string) []web.Route {
	route := func(path string, handler http.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: prefix + path, Act: ActRead, Handler: public(handler), Machine: true}
	}
	return []web.Route{
		route("/checkpoint", l.serveCheckpoint),
		route("/tile/{path...}", l.serveTile),
		route("/key", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			writeText(w, []byte(l.Verifier()+"\n"))
		}),
		route("/proof/inclusion", l.serveInclusion),
		route("/proof/consistency", l.serveConsistency),
	}
}

// public lets pages of other sites read the log too: it is public, and verifiers may
// run in a browser.
func public(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		next(w, r)
	}
}

func writeText(w http.ResponseWriter, text []byte) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(text)
}

func (l *Log) serveCheckpoint(w http.ResponseWriter, r *http.Request) {
	raw, _ := l.Checkpoint()
	if raw == nil {
		noCheckpoint.Write(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	writeText(w, raw)
}

var (
	noCheckpoint = web.NewProblem(http.StatusServiceUnavailable, "no_checkpoint", "Nothing published yet",
		"The log has no checkpoint yet: its first one waits for witnesses. Ask again later.")
	noTile = web.NewProblem(http.StatusNotFound, "no_tile", "No such tile",
		"The published log has no such tile. Begin at the checkpoint; the form of a path is tile/LEVEL/N or tile/entries/N, with .p/WIDTH where the tile is partial (C2SP tlog-tiles).")
	unwell = web.NewProblem(http.StatusInternalServerError, "log_unreadable", "The log cannot be read",
		"A file of the log is missing or damaged here. Ask again later; if it stays so, tell the commission.")
)

// A tilePath is the path of a tile or bundle below tile/.
type tilePath struct {
	entries bool
	level   int
	index   uint64
	width   int // 1 to 256
}

func (p tilePath) String() string {
	if p.entries {
		return BundlePath(p.index, p.width)
	}
	return TilePath(p.level, p.index, p.width)
}

// parseTilePath reads what stands behind tile/. A tile has one path.
func parseTilePath(s string) (tilePath, bool) {
	level, rest, _ := strings.Cut(s, "/")
	p := tilePath{entries: level == "entries"}
	if !p.entries {
		n, err := layout.ParseTileLevel(level)
		if err != nil || n > MaxLevel {
			return p, false
		}
		p.level = int(n)
	}
	index, width, err := layout.ParseTileIndexPartial(rest)
	p.index, p.width = index, widthOf(width)
	return p, err == nil && p.String() == "tile/"+s
}

// within tells whether a tree of this size has the tile, or had it on its way there.
func (p tilePath) within(size uint64) bool {
	full := Full(size, p.level)
	return p.index < full || p.index == full && p.width < TileWidth && p.width <= EdgeWidth(size, p.level)
}

func (l *Log) serveTile(w http.ResponseWriter, r *http.Request) {
	p, ok := parseTilePath(r.PathValue("path"))
	if _, c := l.Checkpoint(); !ok || !p.within(c.Size) {
		noTile.Write(w, r)
		return
	}
	data, err := l.files.Read(r.Context(), p.String(), maxBundle)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.width < TileWidth:
		noTile.Write(w, r) // gone since the full one stands
		return
	case err != nil:
		l.log.Error("a tile of the ledger cannot be read", "tile", p.String(), "error", err)
		unwell.Write(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(data)
}

// parameters reads the decimal parameters of a query. One that is absent is the
// value that stands in want.
func parameters(r *http.Request, want map[string]uint64) *web.Problem {
	for name, values := range r.URL.Query() {
		if _, known := want[name]; !known && name != "format" || len(values) != 1 {
			p := web.NewProblem(http.StatusBadRequest, "bad_parameter", "Unknown parameter",
				"This address takes each of its parameters once, and no others: see docs/ledger-format.md.")
			return &p
		}
		if name == "format" {
			continue
		}
		n, err := checkpoint.ParseSize(values[0])
		if err != nil {
			p := web.NewProblem(http.StatusBadRequest, "bad_parameter", "Not a number",
				"The parameter "+name+" is a decimal number without leading zeros.")
			return &p
		}
		want[name] = n
	}
	return nil
}

func missing(what string) *web.Problem {
	p := web.NewProblem(http.StatusBadRequest, "bad_parameter", "A parameter is missing", "Give the parameter "+what+".")
	return &p
}

const absent = 1<<64 - 1

func (l *Log) serveInclusion(w http.ResponseWriter, r *http.Request) {
	raw, c := l.Checkpoint()
	want := map[string]uint64{"index": absent, "size": c.Size}
	problem := parameters(r, want)
	format := r.URL.Query().Get("format")
	switch {
	case problem != nil:
	case raw == nil:
		problem = &noCheckpoint
	case want["index"] == absent:
		problem = missing("index, the number of an entry from 0")
	case format != "" && format != "json" && format != "tlog-proof":
		problem = missing("format as json or tlog-proof, or leave it away")
	case format == "tlog-proof" && want["size"] != c.Size:
		problem = missing("size only with format=json: the text ends in the newest checkpoint")
	case want["size"] > c.Size || want["index"] >= want["size"]:
		problem = outside(c.Size)
	}
	if problem != nil {
		problem.Write(w, r)
		return
	}
	p, err := ProveInclusion(r.Context(), l.files, c.Size, want["index"], want["size"])
	var text []byte
	if err == nil && format == "tlog-proof" {
		text, err = p.Text(raw)
	}
	if err != nil {
		l.unprovable(w, r, err)
		return
	}
	if text != nil {
		w.Header().Set("Cache-Control", "no-store")
		writeText(w, text)
		return
	}
	web.WriteJSON(w, http.StatusOK, "application/json", p)
}

func (l *Log) serveConsistency(w http.ResponseWriter, r *http.Request) {
	raw, c := l.Checkpoint()
	want := map[string]uint64{"from": absent, "to": c.Size}
	problem := parameters(r, want)
	switch {
	case problem != nil:
	case raw == nil:
		problem = &noCheckpoint
	case want["from"] == absent:
		problem = missing("from, the size of the earlier checkpoint")
	case want["to"] > c.Size || want["from"] > want["to"]:
		problem = outside(c.Size)
	}
	if problem != nil {
		problem.Write(w, r)
		return
	}
	p, err := ProveConsistency(r.Context(), l.files, c.Size, want["from"], want["to"])
	if err != nil {
		l.unprovable(w, r, err)
		return
	}
	web.WriteJSON(w, http.StatusOK, "application/json", p)
}

func outside(size uint64) *web.Problem {
	p := web.NewProblem(http.StatusUnprocessableEntity, "outside_log", "Outside the log",
		"The published log has "+strconv.FormatUint(size, 10)+" entries; an index is below the size, a size is at most that, and from is at most to.")
	return &p
}

func (l *Log) unprovable(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, context.Canceled) {
		l.log.Error("a proof of the ledger cannot be made", "error", err)
	}
	unwell.Write(w, r)
}
