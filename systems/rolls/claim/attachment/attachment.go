// Package attachment is a document that comes with a claim: a picture of a card, of a
// certificate, of a letter of authority.
package attachment

// Kind is what a file is, by its own bytes and not by its name.
type Kind string

// The kinds that are taken.
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	PDF  Kind = "application/pdf"
)

// What is what a document shows.
type What string

// What documents show.
const (
	Card      What = "card"      // the claimant's CNIC, asked for with each form
	Proof     What = "proof"     // of the address, of the date of birth, of a post
	Death     What = "death"     // certificate of death
	Authority What = "authority" // letter of authority for an agent
	Other     What = "other"
)

// A Document is one document, checked.
type Document struct {
	What    What
	Kind    Kind
	Content []byte
}

// Check makes a document of bytes that came from outside.
func Check(what What, content []byte) (Document, error) { return Document{what, "", content}, nil }
