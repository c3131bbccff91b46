package web_test

import (
	"os"
	"testing"

	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
)

// Ensure that the shell and its components name every text that they have, and no
// other.
func TestShellWords(t *testing.T) {
	shell, err := os.ReadFile("shell.html")
	if err != nil {
		t.Fatal(err)
	}
	code := webtest.Code(t, ".", "form", "listing", "chart", "draft")
	webtest.Templates(t, web.MustCatalogue(), "shell.", os.DirFS("."), code+string(shell))
}
