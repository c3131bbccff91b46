package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// streamPatience is how long a stream may wait for a reader who takes nothing.
const streamPatience = 10 * time.Second

// A Stream is an answer that goes on: server-sent events, as the HTML standard has
// them, until the reader leaves or the server stops. The script live.js of the shell
// reads them and swaps the parts of a page (see [Stream.Parts]).
type Stream struct {
	w       http.ResponseWriter
	r       *http.Request
	control *http.ResponseController
	lost    bool
}

// Events begins a stream. Its route is a Machine's. The usual handler is
//
//	stream := web.Events(w, r)
//	for {
//		news := source.News() // a channel that is closed at the next change
//		if !stream.Parts(draw()) || !stream.Wait(news) {
//			return
//		}
//	}
func Events(w http.ResponseWriter, r *http.Request) *Stream {
	s := &Stream{w: w, r: r, control: http.NewResponseController(w)}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy that buffers would hold the news back
	s.write([]byte("retry: 2000\n\n"))
	return s
}

// Send sends one event. Its data may have several lines. It tells whether the
// reader is still there: after false the handler returns.
func (s *Stream) Send(data []byte) bool {
	var out bytes.Buffer
	// A carriage return ends a line of a stream too.
	for line := range bytes.SplitSeq(bytes.ReplaceAll(data, []byte("\r"), nil), []byte("\n")) {
		out.WriteString("data: ")
		out.Write(line)
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	return s.write(out.Bytes())
}

// JSON sends a value as JSON.
func (s *Stream) JSON(value any) bool {
	data, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("web: an event that cannot be JSON: %v", err))
	}
	return s.Send(data)
}

// Parts sends parts of a page as markup, by the names that their elements have in
// data-part. The markup comes from the page's own templates, by [Pages.Part], so
// that there is one way to draw it.
func (s *Stream) Parts(parts map[string]string) bool {
	return s.JSON(map[string]any{"parts": parts})
}

// quiet is how long a stream says nothing before it shows that it is there: less
// than a proxy waits, and than live.js takes for silence.
const quiet = 15 * time.Second

// Wait returns true when there is news, and false when the reader has left or the
// server stops. While it waits it keeps the connection from looking dead.
func (s *Stream) Wait(news <-chan struct{}) bool {
	beat := time.NewTicker(quiet)
	defer beat.Stop()
	for !s.lost {
		select {
		case <-news:
			return true
		case <-s.r.Context().Done():
			return false
		case <-Stopping(s.r.Context()):
			return false
		case <-beat.C:
			s.write([]byte("event: beat\ndata: 1\n\n")) // no message: a page's script need not know it
		}
	}
	return false
}

func (s *Stream) write(data []byte) bool {
	if s.lost {
		return false
	}
	// The server's own time limit is for answers that end.
	if s.control.SetWriteDeadline(time.Now().Add(streamPatience)) != nil {
		s.lost = true
		return false
	}
	_, err := s.w.Write(data)
	s.lost = err != nil || s.control.Flush() != nil
	return !s.lost
}
