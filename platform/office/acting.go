package office

import "context"

// Acting is who is doing something: an officer in a request or by a token, or
// whoever is at a way in. The zero Acting is nobody.
type Acting struct {
	Officer OfficerID
	Name    string   // as pages greet him, in the language of the request
	Office  OfficeID // for which office he has chosen to act; for the audit trail only
	Session string
	Request string // web.RequestID
	Way     Role   // Gateway, Console or Shell; "" of an officer
}

// AtShell is who runs a command at the machine. The operating system has let that
// person have the files, and this program knows no more of him than that.
func AtShell() Acting { return Acting{Way: Shell, Name: "shell"} }

// who is how the audit trail names the one who acts.
func (a Acting) who() string {
	if a.Way != "" {
		return string(a.Way)
	}
	return string(a.Officer)
}

type actingKey struct{}

// With gives a context in which somebody acts.
func With(ctx context.Context, a Acting) context.Context {
	return context.WithValue(ctx, actingKey{}, a)
}

// From gives who acts in the context, and whether anybody does.
func From(ctx context.Context) (Acting, bool) {
	a, ok := ctx.Value(actingKey{}).(Acting)
	return a, ok
}
