package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
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

// ReadJSON reads a request's body, which must be one JSON value and nothing behind
// it, without a field that value does not have. The problem, if there is one, says
// what is wrong without a word of the body.
func ReadJSON(r *http.Request, value any) *Problem {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		p := NewProblem(http.StatusUnsupportedMediaType, "not_json", "Not JSON",
			"Send the body as JSON, with the header Content-Type: application/json.")
		return &p
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err = dec.Decode(value)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.New("something behind the value")
		}
	}
	var tooLarge *http.MaxBytesError
	var wrongType *json.UnmarshalTypeError
	var p Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		p = NewProblem(http.StatusRequestEntityTooLarge, "too_large", "Body too large",
			fmt.Sprintf("The body has more than %d bytes. Send less at once.", tooLarge.Limit))
	case errors.As(err, &wrongType):
		p = NewProblem(http.StatusBadRequest, "bad_json", "Wrong kind of value",
			fmt.Sprintf("The field %q must be a %s.", wrongType.Field, wrongType.Type))
	default:
		p = NewProblem(http.StatusBadRequest, "bad_json", "Body cannot be read",
			"The body is not one JSON object with the fields that this address takes, and nothing behind it.")
	}
	return &p
}
