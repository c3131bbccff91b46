package office

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"

	"intikhab/platform/words"
)

//go:embed words/*.json
var wordFiles embed.FS

// Words is the folder of this package's texts, for the catalogue of pages that show
// them: acts, roles, scopes, states, reasons and what is wrong with a field.
var Words = wordFiles

// Texts are this package's own texts in both languages.
var Texts = words.MustCatalogue(wordFiles)

// say is the message of a fault.
func say(key string, pairs ...any) words.Message { return words.Say("office.problem."+key, pairs...) }

// englishReason is a reason as a sentence for a log and the command line.
func englishReason(r Reason) string {
	return strings.TrimSuffix(Texts.Text(words.English, r.Key()), ".")
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
