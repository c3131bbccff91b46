package checkpoint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/transparency-dev/tessera"
	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger/checkpoint"
)

func cosigner(t testing.TB, k *checkpoint.Key) (note.Signer, string) {
	t.Helper()
	s, err := k.Cosigner()
	if err != nil {
		t.Fatal(err)
	}
	v, err := k.CosignVerifier()
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// TestPolicy: every subset of five witnesses in two groups, as tessera judges it and
// as the policy's own words say.
func TestPolicy(t *testing.T) {
	log := newKey(t, "ledger.example.org")
	text := "# who must see it\nlog " + log.Verifier() + " https://ledger.example.org/\n"
	var signers []note.Signer
	for i := range 5 {
		s, v := cosigner(t, newKey(t, fmt.Sprintf("witness-%d.example.org", i)))
		signers = append(signers, s)
		text += fmt.Sprintf("witness w%d %s https://w%d.example.org\n", i, v, i)
	}
	text += "group parties 2 w0 w1 w2\n\tgroup papers any w3 w4 \ngroup both all parties papers\nquorum both\n"
	p, err := checkpoint.ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := tessera.NewWitnessGroupFromPolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	body := checkpoint.Checkpoint{Origin: log.Name(), Size: 5}.Body()
	for set := range 1 << len(signers) {
		by := []note.Signer{log.Signer()}
		var want []string
		for i, s := range signers {
			if set>>i&1 == 1 {
				by = append(by, s)
				want = append(want, fmt.Sprintf("w%d", i))
			}
		}
		raw := sign(t, body, by...)
		names, quorum := p.Cosigned(raw)
		parties := set&1 + set>>1&1 + set>>2&1
		papers := set>>3&1 + set>>4&1
		if !slices.Equal(names, want) || quorum != (parties >= 2 && papers >= 1) || quorum != theirs.Satisfied(raw) {
			t.Errorf("cosigned by %v: %v %v; tessera says %v", want, names, quorum, theirs.Satisfied(raw))
		}
	}
	if names, quorum := p.Cosigned([]byte("no note")); names != nil || quorum {
		t.Errorf("no note: %v %v", names, quorum)
	}
}

func TestPolicyRefusals(t *testing.T) {
	_, v1 := cosigner(t, newKey(t, "w1"))
	_, v2 := cosigner(t, newKey(t, "w2"))
	renamed := strings.Replace(v1, "w1+", "w3+", 1)
	for text, line := range map[string]string{
		"": "quorum", "log x\nquorum none": "line 1", "witness a " + v1: "quorum", "quorum a": "line 1", "quorum none\nquorum none": "line 2",
		"witness a " + v1 + "\nwitness a " + v2 + "\nquorum a": "line 2", "witness a " + v1 + "\nwitness b " + v1 + "\nquorum a": "line 2",
		"witness a " + v1 + " ftp://x\nquorum a": "line 1", "witness none " + v1 + "\nquorum none": "line 1", "nonsense\nquorum none": "line 1",
		"witness a " + renamed + "\nwitness b " + v1 + "\nquorum a": "line",
		"witness a " + v1 + "\ngroup g 2 a\nquorum g":               "line 2", "witness a " + v1 + "\ngroup g 0 a\nquorum g": "line 2",
		"witness a " + v1 + "\ngroup g any a a\nquorum g": "line 2", "witness a " + v1 + "\ngroup g any a\ngroup h any a\nquorum g": "line 3",
		"group g any none\nquorum g": "line 1", "quorum none\r\n": "line 1", "group g any\nquorum g": "line 1",
	} {
		if _, err := checkpoint.ParsePolicy([]byte(text)); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: %v, want an error at %q", text, err, line)
		}
	}
	if p, err := checkpoint.ParsePolicy([]byte("quorum none\n")); err != nil || len(p.Witnesses) != 0 {
		t.Errorf("none: %v", err)
	} else if _, quorum := p.Cosigned(nil); !quorum {
		t.Error("none is not met by nothing")
	}
}

func FuzzParsePolicy(f *testing.F) {
	_, v := cosigner(f, newKey(f, "w1"))
	f.Add([]byte("witness a " + v + " https://x\ngroup g any a\nquorum g\n"))
	f.Add([]byte("quorum none"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := checkpoint.ParsePolicy(text)
		if err != nil {
			return
		}
		// A quorum can be met by all witnesses together or asks for nobody.
		p.Cosigned([]byte("\n\n"))
	})
}
