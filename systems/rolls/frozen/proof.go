package frozen

import (
	"crypto/sha256"
	_ "embed" // the script
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/statement"
)

// A Proof shows that one entry is in a frozen roll: the entry as the roll has it, the way
// from its leaf to the block's root and from the block's leaf to the roll's, the roll's
// public statement, and where the ledger has that. It tells of nobody else but how many
// voters the block has. docs/frozen-roll.md gives its form.
type Proof struct {
	Form      string    `json:"form"` // proofForm
	CNIC      string    `json:"cnic"` // thirteen digits
	Block     string    `json:"block"`
	List      string    `json:"list"` // M, F, X
	Serial    uint32    `json:"serial"`
	Household uint32    `json:"household"`
	Salt      string    `json:"salt"`        // hexadecimal, as all hashes here
	Part      string    `json:"particulars"` // the commitment to the name and the rest
	Place     int       `json:"place"`       // of the entry in the block, from 0
	Path      []string  `json:"path"`
	Voters    [3]uint32 `json:"block_voters"` // men, women, X
	Blocks    int       `json:"blocks"`
	BlockAt   int       `json:"block_place"`
	BlockPath []string  `json:"block_path"`
	Root      string    `json:"root"`

	Statement string `json:"statement"` // the public text, which names the root
	Salted    string `json:"statement_salt"`
	Kind      string `json:"statement_kind"`
	Number    uint64 `json:"statement_number"`
	Entry     int64  `json:"ledger_entry"` // -1 while the ledger has none
}

const proofForm = "intikhab/voter-proof v1"

// ErrNotInRoll says that a person is not in a frozen roll.
var ErrNotInRoll = errors.New("no entry of that number is in this frozen roll")

// ErrElsewhere says that a node has no key of the rolls.
var ErrElsewhere = errors.New("this node gives no proofs, since it has no key of the rolls: ask one that answers for 8300")

// Script is voterproof.py, which checks a proof and shares no code with this program.
//
//go:embed voterproof.py
var Script []byte

// Prove gives the proof that a person's entry is in a frozen roll. It is made from the
// frozen files, whatever has happened to the entry since.
func (k *Keeper) Prove(tx *database.Tx, id string, n cnic.Number) (*Proof, error) {
	r, err := k.Get(tx, id)
	if err != nil {
		return nil, err
	}
	if r.Kind != Frozen {
		return nil, fmt.Errorf("%q is an index alone: %w", id, ErrNoRoll)
	}
	s, err := statement.Get(tx, string(Frozen), r.Statement)
	if err != nil {
		return nil, err
	}
	if k.cfg.Indexes == nil {
		return nil, ErrElsewhere
	}
	index, err := k.cfg.Indexes.Open(k.path(r.IndexFile))
	if err != nil {
		return nil, err
	}
	v, _, ok := index.Lookup(n)
	if !ok {
		return nil, ErrNotInRoll
	}
	f, err := open(k.path(r.File))
	if err != nil {
		return nil, err
	}
	defer f.close()
	return f.prove(r, s, v)
}

func (f *file) prove(r Roll, s statement.Statement, v Voter) (*Proof, error) {
	at := f.find(v.Block)
	if at < 0 {
		return nil, ErrNotInRoll
	}
	records, err := f.records(f.rows[at])
	if err != nil {
		return nil, err
	}
	hashes := make([]Hash, len(records))
	place := -1
	for i, one := range records {
		hashes[i] = one.leaf
		if one.list == v.List && one.serial == v.Serial {
			place = i
		}
	}
	if place < 0 {
		return nil, ErrNotInRoll
	}
	one := records[place]
	salt, _ := salter(r.secret).salts(one.id)
	p := &Proof{
		Form: proofForm, CNIC: v.CNIC.Reveal(), Block: v.Block.String(), List: v.List.String(), Serial: v.Serial, Household: v.Household,
		Salt: hex.EncodeToString(salt[:]), Part: hex.EncodeToString(one.particulars[:]), Place: place, Path: hexes(treePath(hashes, place)),
		Voters: f.rows[at].Voters, Blocks: len(f.rows), BlockAt: at, BlockPath: hexes(treePath(blockHashes(f.rows), at)), Root: hex.EncodeToString(f.root[:]),
		Statement: string(s.Content), Salted: hex.EncodeToString(s.Salt), Kind: s.Kind, Number: s.Number, Entry: s.Entry,
	}
	if _, err := p.Check(); err != nil {
		return nil, fmt.Errorf("the frozen roll %s does not agree with its index: %w", r.ID, err)
	}
	return p, nil
}

func hexes(all []Hash) []string {
	out := make([]string, len(all))
	for i, h := range all {
		out[i] = hex.EncodeToString(h[:])
	}
	return out
}

// ParseProof reads a proof, as a page or a script is given it.
func ParseProof(b []byte) (*Proof, error) {
	if len(b) > 64<<10 {
		return nil, errors.New("this is longer than any proof")
	}
	p := &Proof{}
	if err := json.Unmarshal(b, p); err != nil {
		return nil, fmt.Errorf("this is no proof: %w", err)
	}
	if p.Form != proofForm {
		return nil, fmt.Errorf("this is no proof of the form %q", proofForm)
	}
	return p, nil
}

// A FaultError says what of a proof does not lead where it should.
type FaultError struct{ What string }

func (e *FaultError) Error() string { return "the proof does not hold: " + e.What }

// Check climbs from the entry to the roll's root and to the statement that names it, and
// gives the ledger's entry that must stand at p.Entry: whoever checks looks it up in the
// ledger, or has `intikhab ledger` do it. The error is a *FaultError.
func (p *Proof) Check() (entry []byte, err error) {
	leaf, err := p.leaf()
	if err != nil {
		return nil, err
	}
	path, ok := parseHashes(p.Path)
	if !ok {
		return nil, &FaultError{"path has something that is no hash"}
	}
	first, _ := leafHash(leaf.Content(nil), nil)
	n := int(p.Voters[0]) + int(p.Voters[1]) + int(p.Voters[2])
	root, ok := climb(first, p.Place, n, path)
	if !ok {
		return nil, &FaultError{"path is not that of such a place in such a block"}
	}
	block := BlockLeaf{Block: leaf.Block, Voters: p.Voters, Root: root}
	if path, ok = parseHashes(p.BlockPath); !ok {
		return nil, &FaultError{"block_path has something that is no hash"}
	}
	second, _ := leafHash(block.Content(nil), nil)
	if root, ok = climb(second, p.BlockAt, p.Blocks, path); !ok {
		return nil, &FaultError{"block_path is not that of such a place in such a roll"}
	}
	if hex.EncodeToString(root[:]) != p.Root {
		return nil, &FaultError{"the entry does not lead to the roll's root"}
	}
	if !strings.HasPrefix(p.Statement, "intikhab/roll v1\n") || !strings.Contains(p.Statement, "\nroot: "+p.Root+"\n") {
		return nil, &FaultError{"the statement does not name the root"}
	}
	salt, err := hex.DecodeString(p.Salted)
	if err != nil || len(salt) != 32 || p.Kind != string(Frozen) {
		return nil, &FaultError{"the statement's salt is not 32 bytes, or its kind is not roll"}
	}
	return ledger.Entry{Kind: p.Kind, Number: p.Number, Commitment: ledger.Commit([32]byte(salt), []byte(p.Statement))}.Bytes(), nil
}

// leaf is the leaf that a proof is of.
func (p *Proof) leaf() (l Leaf, err error) {
	if l.CNIC, err = cnic.ParseStrict([]byte(p.CNIC)); err != nil {
		return l, &FaultError{"cnic: " + err.Error()}
	}
	if l.Block, err = geography.ParseBlockCode(p.Block); err != nil {
		return l, &FaultError{err.Error()}
	}
	if l.List, err = geography.ParseGender(p.List); err != nil {
		return l, &FaultError{err.Error()}
	}
	salt, err1 := hex.DecodeString(p.Salt)
	part, err2 := hex.DecodeString(p.Part)
	if err1 != nil || err2 != nil || len(salt) != saltBytes || len(part) != sha256.Size {
		return l, &FaultError{"salt and particulars are 16 and 32 bytes in hexadecimal"}
	}
	l.Salt, l.Particulars = [saltBytes]byte(salt), Hash(part)
	l.Serial, l.Household = p.Serial, p.Household
	return l, nil
}

func parseHashes(texts []string) (all []Hash, ok bool) {
	for _, text := range texts {
		b, err := hex.DecodeString(text)
		if err != nil || len(b) != sha256.Size {
			return nil, false
		}
		all = append(all, Hash(b))
	}
	return all, len(all) <= 64
}

// EntryText is what must stand in the ledger, in one line for people.
func EntryText(entry []byte) string {
	lines := strings.Split(strings.TrimSpace(string(entry)), "\n")
	return strings.Join(lines, " / ")
}
