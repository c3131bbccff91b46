package console

import (
	"bytes"
	"encoding/json"
	"net/http"

	"intikhab/platform/web"
	"intikhab/platform/words"
)

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
	stream := web.Events(w, r)
	for {
		c.mu.Lock()
		news := c.news
		c.mu.Unlock()
		body, err := c.event(lang)
		if err != nil {
			c.cfg.Log.Error("console: event cannot be drawn", "error", err)
			return
		}
		if !stream.Send(body) || !stream.Wait(news) {
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
