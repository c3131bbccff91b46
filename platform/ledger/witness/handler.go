package witness

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"intikhab/platform/ledger/checkpoint"
)

// Handler answers logs and whoever is curious:
//
//	POST /add-checkpoint   as C2SP tlog-witness has it
//	GET  /                 who the witness is and what it cosigned last
//
// It stands alone, without officers and sessions: the log's signature on each
// request is the only right that is asked for.
func (w *Witness) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", w.addCheckpoint)
	mux.HandleFunc("GET /{$}", w.about)
	return mux
}

func (w *Witness) addCheckpoint(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, MaxRequest))
	if err != nil {
		http.Error(rw, fmt.Sprintf("The body could not be read, or has more than %d bytes.", MaxRequest), http.StatusBadRequest)
		return
	}
	request, err := ParseRequest(body)
	var lines []byte
	if err == nil {
		lines, err = w.Add(r.Context(), request)
	}
	var size *SizeError
	switch {
	case err == nil:
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		rw.Write(lines)
	case errors.As(err, &size):
		rw.Header().Set("Content-Type", "text/x.tlog.size")
		rw.WriteHeader(http.StatusConflict)
		fmt.Fprintf(rw, "%d\n", size.Have)
	default:
		if status(err) == http.StatusInternalServerError {
			w.log.Error("a checkpoint could not be cosigned", "error", err)
			err = errors.New("the witness is in trouble; try again later")
		}
		http.Error(rw, err.Error(), status(err))
	}
}

func status(err error) int {
	for _, s := range []struct {
		err    error
		status int
	}{
		{ErrUnknownLog, http.StatusNotFound}, {checkpoint.ErrUnsigned, http.StatusForbidden}, {ErrBadRequest, http.StatusBadRequest},
		{ErrConflict, http.StatusConflict}, {ErrBadProof, http.StatusUnprocessableEntity},
	} {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

func (w *Witness) about(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-cache")
	key, err := w.Verifier()
	if err != nil {
		http.Error(rw, "the witness is in trouble", http.StatusInternalServerError)
		return
	}
	fmt.Fprintf(rw, "witness %s\n", key)
	for origin := range w.logs {
		fmt.Fprintf(rw, "\n")
		if raw, ok := w.Last(origin); ok {
			rw.Write(raw)
		} else {
			fmt.Fprintf(rw, "%s: nothing cosigned yet\n", origin)
		}
	}
}
