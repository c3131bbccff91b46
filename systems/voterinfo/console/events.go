package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"intikhab/platform/web"
	"intikhab/platform/words"
)

// streamPatience is how long a stream may wait for a reader who takes nothing.
const streamPatience = 10 * time.Second

// event is one second of the live part. Tables come as markup from the page's own
// templates, so that there is one way to draw them.
type event struct {
	Live
	Binds    string `json:"binds"`
	Refusals string `json:"refusals"`
	Outcomes string `json:"outcomes"`
	Roll     string `json:"roll"`
}

// events answers GET /console/events with a stream of server-sent events, one a
// second, until the reader leaves or the server stops.
func (c *Console) events(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, c.cfg.Language)
	control := http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy that buffers would hold the figures back
	fmt.Fprint(w, "retry: 2000\n\n")
	for {
		c.mu.Lock()
		news := c.news
		c.mu.Unlock()
		body, err := c.event(lang)
		if err != nil {
			c.cfg.Log.Error("console: event cannot be drawn", "error", err)
			return
		}
		// The server's own time limit is for answers that end.
		if control.SetWriteDeadline(time.Now().Add(streamPatience)) != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", body); err != nil {
			return
		}
		if control.Flush() != nil {
			return
		}
		select {
		case <-news:
		case <-r.Context().Done():
			return
		case <-web.Stopping(r.Context()):
			return
		}
	}
}

func (c *Console) event(lang words.Language) ([]byte, error) {
	e := event{Live: c.View(lang)}
	for part, out := range map[string]*string{
		"live-binds": &e.Binds, "live-refusals": &e.Refusals, "live-outcomes": &e.Outcomes, "live-roll": &e.Roll,
	} {
		var b bytes.Buffer
		if err := pages.Part(&b, "console", part, lang, e.Live); err != nil {
			return nil, err
		}
		*out = b.String()
	}
	return json.Marshal(e)
}
