package checkpoint

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// A Policy says whose signatures a checkpoint must have (C2SP tlog-policy): that of
// a log, and cosignatures of a quorum of witnesses.
type Policy struct {
	Logs      []note.Verifier
	Witnesses []Witness // in the order of the file
	Quorum    Quorum
}

// A Witness is somebody outside the commission who cosigns.
type Witness struct {
	Name     string        // in the policy
	Verifier note.Verifier // cosignature/v1
	Key      string        // the same as text
	URL      string        // where it takes checkpoints; may be empty where nobody asks it
}

// A Quorum is one witness, or N of its members.
type Quorum struct {
	Witness int // index into Policy.Witnesses; -1 for a group
	N       int // 0: nobody needs to cosign
	Members []Quorum
}

// ParsePolicy reads a policy. An error names the line.
func ParsePolicy(text []byte) (*Policy, error) {
	p := &policyReader{policy: &Policy{}, names: map[string]Quorum{"none": {Witness: -1}}, members: map[string]bool{}}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if bytes.IndexFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) >= 0 {
			return nil, fmt.Errorf("policy, line %d: a control character; lines end in a line feed alone", i+1)
		}
		fields := strings.FieldsFunc(string(line), func(r rune) bool { return r == ' ' || r == '\t' })
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if err := p.line(fields); err != nil {
			return nil, fmt.Errorf("policy, line %d: %w", i+1, err)
		}
	}
	if !p.quorum {
		return nil, fmt.Errorf("policy: no line of the quorum; where nobody needs to cosign, write: quorum none")
	}
	return p.policy, nil
}

type policyReader struct {
	policy  *Policy
	names   map[string]Quorum
	members map[string]bool // names that are in a group already
	keys    []string
	quorum  bool
}

func (p *policyReader) line(f []string) error {
	switch {
	case f[0] == "log" && (len(f) == 2 || len(f) == 3):
		v, err := ParseVerifier(f[1])
		if err != nil {
			return err
		}
		p.policy.Logs = append(p.policy.Logs, v)
		return p.once(f[1])
	case f[0] == "witness" && (len(f) == 3 || len(f) == 4):
		return p.witness(f)
	case f[0] == "group" && len(f) >= 4:
		return p.group(f[1], f[2], f[3:])
	case f[0] == "quorum" && len(f) == 2:
		q, known := p.names[f[1]]
		if !known || p.quorum {
			return fmt.Errorf("there is one quorum, and its witness or group stands above it; %q does not, or it is the second", f[1])
		}
		p.policy.Quorum, p.quorum = q, true
		return nil
	}
	return fmt.Errorf("not understood: a line is log KEY [URL], witness NAME KEY [URL], group NAME N|any|all NAME…, or quorum NAME")
}

// once refuses a public key that another line has, under whatever name.
func (p *policyReader) once(vkey string) error {
	_, rest, _ := strings.Cut(vkey, "+")
	_, key64, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(key64)
	if err != nil || len(raw) < 2 {
		return fmt.Errorf("the key is damaged")
	}
	key := string(raw[1:]) // the first byte is the kind of signature
	if slices.Contains(p.keys, key) {
		return fmt.Errorf("this public key has a line already")
	}
	p.keys = append(p.keys, key)
	return nil
}

func (p *policyReader) name(name string) error {
	if _, taken := p.names[name]; taken {
		return fmt.Errorf("the name %q is taken", name)
	}
	return nil
}

func (p *policyReader) witness(f []string) error {
	v, err := cosign.NewVerifierForCosignatureV1(f[2])
	if err != nil {
		return fmt.Errorf("the key of %q is not one of a witness: intikhab witness prints it when it starts", f[1])
	}
	w := Witness{Name: f[1], Verifier: v, Key: f[2]}
	if len(f) == 4 {
		u, err := url.Parse(f[3])
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return fmt.Errorf("the address of %q is not an http or https URL", f[1])
		}
		w.URL = u.String()
	}
	if err := p.name(f[1]); err != nil {
		return err
	}
	p.names[f[1]] = Quorum{Witness: len(p.policy.Witnesses)}
	p.policy.Witnesses = append(p.policy.Witnesses, w)
	return p.once(f[2])
}

func (p *policyReader) group(name, count string, members []string) error {
	if err := p.name(name); err != nil {
		return err
	}
	g := Quorum{Witness: -1}
	for _, m := range members {
		member, known := p.names[m]
		if !known || m == "none" || p.members[m] {
			return fmt.Errorf("%q is not defined above, or is in a group already", m)
		}
		p.members[m] = true
		g.Members = append(g.Members, member)
	}
	switch count {
	case "any":
		g.N = 1
	case "all":
		g.N = len(members)
	default:
		n, err := strconv.ParseUint(count, 10, 16)
		if err != nil || n < 1 || n > uint64(len(members)) {
			return fmt.Errorf("a group of %d cannot ask for %q of them", len(members), count)
		}
		g.N = int(n)
	}
	p.names[name] = g
	return nil
}

// Cosigned gives the names of the witnesses whose cosignature a note has, and
// whether they are a quorum. A cosignature that does not verify counts as none.
func (p *Policy) Cosigned(raw []byte) (names []string, quorum bool) {
	signed := make([]bool, len(p.Witnesses))
	for i, w := range p.Witnesses {
		if n, err := note.Open(raw, note.VerifierList(w.Verifier)); err == nil && len(n.Sigs) == 1 {
			signed[i] = true
			names = append(names, w.Name)
		}
	}
	return names, p.Quorum.met(signed)
}

func (q Quorum) met(signed []bool) bool {
	if q.Witness >= 0 {
		return signed[q.Witness]
	}
	n := 0
	for _, m := range q.Members {
		if m.met(signed) {
			n++
		}
	}
	return n >= q.N
}
