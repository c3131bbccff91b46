package web

import (
	"encoding/json"
	"net/http"
)

// A Problem is an error told to a program, as RFC 9457 lays it out. Detail says
// what was wrong and what to do about it. It never repeats what was sent.
type Problem struct {
	Type   string `json:"type"`   // "/problems/CODE", the same for ever
	Title  string `json:"title"`  // the same for every problem of this type
	Status int    `json:"status"` // the HTTP status
	Detail string `json:"detail"`
	Code   string `json:"code"`
	ID     string `json:"request_id,omitempty"` // the request's, as in the log
}

// NewProblem gives the problem of this code its type.
func NewProblem(status int, code, title, detail string) Problem {
	return Problem{Type: "/problems/" + code, Title: title, Status: status, Detail: detail, Code: code}
}

// Write answers the request with the problem.
func (p Problem) Write(w http.ResponseWriter, r *http.Request) {
	p.ID = RequestID(r.Context())
	WriteJSON(w, p.Status, "application/problem+json", p)
}

// WriteJSON answers with value as JSON. Nobody on the way may keep it.
func WriteJSON(w http.ResponseWriter, status int, contentType string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		// Only a value that cannot be JSON at all comes here: a mistake in the program.
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
