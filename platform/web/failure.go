package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/words"
)

// failures are the statuses that have a page of their own, with the code by which
// programs know them.
var failures = map[int]string{
	http.StatusBadRequest:            "bad_request",
	http.StatusUnauthorized:          "unauthorized",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusConflict:              "conflict",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusMisdirectedRequest:    "wrong_host",
	http.StatusTooManyRequests:       "too_often",
	http.StatusInternalServerError:   "internal",
	http.StatusServiceUnavailable:    "unavailable",
}

// crossSite is the code of a form that no page of ours has sent.
const crossSite = "cross_site"

// unknownOutcome is the code of a change that may have been made or not.
const unknownOutcome = "unknown_outcome"

// Failures are the statuses that have a page of their own.
func Failures() []int { return []int{400, 401, 403, 404, 405, 409, 413, 421, 429, 500, 503} }

// Fail answers with a page in the visitor's language that says what happened, what
// to do, and the request's number; a program gets problem details. Nothing of what
// was sent, and nothing of the program's insides, stands in it. A route may set
// Retry-After before.
func Fail(w http.ResponseWriter, r *http.Request, status int) {
	FailBecause(w, r, status, "", words.Both{})
}

// Broken answers a request that this program could not carry out, with err as the
// reason, which goes to the log under the request's number and to nobody else. Whoever
// sent a form whose fate is unknown is told to look before sending it again.
func Broken(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the browser has gone; half of it may listen, and must not read that all is well
	}
	log.Error("a request could not be carried out", "id", RequestID(r.Context()), "error", err)
	w.Header().Set("Retry-After", "60")
	if errors.Is(err, database.ErrOutcomeUnknown) {
		FailBecause(w, r, http.StatusServiceUnavailable, unknownOutcome, shellWords.Both("shell.fail.unknown_outcome"))
		return
	}
	Fail(w, r, http.StatusServiceUnavailable)
}

// FailBecause is Fail with the reason in the place of the general sentence, and a
// code for programs. What stands in the reason must not be personal.
func FailBecause(w http.ResponseWriter, r *http.Request, status int, code string, reason words.Both) {
	known := status
	if _, ok := failures[status]; !ok {
		known = http.StatusBadRequest
		if status >= 500 {
			known = http.StatusInternalServerError
		}
	}
	if code == "" {
		code = failures[known]
	}
	key := "shell.fail." + strconv.Itoa(known)
	if reason.IsZero() {
		reason = shellWords.Both(key + ".text")
	}
	do := shellWords.Both(key + ".do")
	if code == crossSite || code == unknownOutcome {
		do = shellWords.Both("shell.fail." + code + ".do")
	}
	header := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "ETag", "Last-Modified", "Content-Language"} {
		header.Del(name)
	}
	if !wantsPage(r) {
		detail := reason.In(words.English) + " " + do.In(words.English)
		if allow := header.Get("Allow"); allow != "" {
			detail += " Allowed: " + allow + "."
		}
		NewProblem(status, code, shellWords.Text(words.English, key), detail).Write(w, r)
		return
	}
	view := failure{Key: key, Reason: reason, Do: do, ID: RequestID(r.Context())}
	ownPages.Render(w, r, status, "fail", ChooseLanguage(r, words.Urdu), view)
}

// failure is the view of the page fail.
type failure struct {
	Key        string
	Reason, Do words.Both
	ID         string // the request's
}

// wantsPage tells whether a person reads the answer.
func wantsPage(r *http.Request) bool {
	if route := factsOf(r.Context()).route; route != nil && route.Machine {
		return false
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// BodyStatus is the status of an answer to a body that could not be read: 413 where
// it was too large, else 400.
func BodyStatus(err error) int {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}
