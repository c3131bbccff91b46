package notice

import (
	"time"

	"intikhab/platform/words"
)

// Night is when SMS that are no duty wait: from the hour From until the hour To, in
// Pakistan. From equal to To is never.
type Night struct{ From, To int }

// until gives the end of the night that t falls in; false by day.
func (n Night) until(t time.Time) (time.Time, bool) {
	local := t.In(words.Zone)
	hour := local.Hour()
	inside := n.From != n.To && (n.From < n.To && hour >= n.From && hour < n.To || n.From > n.To && (hour >= n.From || hour < n.To))
	if !inside {
		return time.Time{}, false
	}
	end := time.Date(local.Year(), local.Month(), local.Day(), n.To, 0, 0, 0, words.Zone)
	if !end.After(local) {
		end = time.Date(local.Year(), local.Month(), local.Day()+1, n.To, 0, 0, 0, words.Zone)
	}
	return end, true
}
