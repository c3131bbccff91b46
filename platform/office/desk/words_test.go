package desk

import (
	"testing"

	"intikhab/platform/web/webtest"
)

func TestWords(t *testing.T) { webtest.Templates(t, catalogue, "desk.", files, webtest.Code(t, ".")) }
