package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
)

type ledgerCommands struct {
	Keygen     ledgerKeygen     `cmd:"" act:"key.make" help:"Make the key that signs a log, and print its public half."`
	Verify     ledgerVerify     `cmd:"" act:"ledger.verify" help:"Check all of a log from its published files; anybody can."`
	Checkpoint ledgerCheckpoint `cmd:"" act:"ledger.read" help:"Show a log's newest checkpoint, to keep, to print or to read out."`
	Prove      ledgerProve      `cmd:"" act:"ledger.read" help:"Prove that an entry is in a log, as a text that can be checked without it."`
}

type ledgerKeygen struct {
	Origin string `arg:"" help:"The log's name for good: a host and a path, as ledger.example.org/audit."`
	Out    string `required:"" type:"path" placeholder:"KEY" help:"File for the key; it is not overwritten."`
}

func (c *ledgerKeygen) Run() error {
	key, err := checkpoint.GenerateKey(c.Origin)
	if err != nil {
		return err
	}
	if err := key.Write(c.Out); err != nil {
		return err
	}
	fmt.Println(key.Verifier())
	return nil
}

// ledgerKeys are the flags of whom to believe.
type ledgerKeys struct {
	Key    []string `placeholder:"VKEY" help:"The log's public key, as ledger keygen printed it; again for a second one."`
	Policy string   `placeholder:"FILE" type:"path" help:"Policy (C2SP tlog-policy): the log's keys, and which witnesses must have cosigned."`
}

func (c *ledgerKeys) read() (keys []note.Verifier, policy *checkpoint.Policy, err error) {
	for _, k := range c.Key {
		v, err := checkpoint.ParseVerifier(k)
		if err != nil {
			return nil, nil, fmt.Errorf("--key: %w", err)
		}
		keys = append(keys, v)
	}
	if c.Policy != "" {
		if policy, err = readPolicy(c.Policy); err != nil {
			return nil, nil, err
		}
	}
	return keys, policy, nil
}

func readPolicy(path string) (*checkpoint.Policy, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	policy, err := checkpoint.ParsePolicy(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return policy, nil
}

type ledgerVerify struct {
	Log     string   `arg:"" help:"Folder of the log, or the URL that its files are served under."`
	From    []string `placeholder:"CHECKPOINT" type:"path" help:"File with an earlier checkpoint, which the log must continue; again for others."`
	Spoken  []string `placeholder:"TEXT" help:"An earlier checkpoint in the short form, as it was printed, sent or heard."`
	JSON    bool     `name:"json" help:"Print the whole report as JSON."`
	Workers int      `placeholder:"N" help:"Files that are read at once (four for each processor)."`
	ledgerKeys
}

func (c *ledgerVerify) Run(ctx context.Context) error {
	opts := verify.Options{Workers: c.Workers}
	var err error
	if opts.Keys, opts.Policy, err = c.read(); err != nil {
		return err
	}
	for _, path := range c.From {
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		opts.From = append(opts.From, raw)
	}
	for _, text := range c.Spoken {
		s, err := checkpoint.ParseShort(text)
		if err != nil {
			return err
		}
		opts.Spoken = append(opts.Spoken, s)
	}
	files, err := ledger.OpenFiles(c.Log)
	if err != nil {
		return err
	}
	bar := newProgressBar("entries")
	opts.Done = func(done, size uint64) { bar.show("verifying", done, size) }
	report, err := verify.Log(ctx, files, opts)
	bar.finish()
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
			return err
		}
	} else {
		printLedgerReport(report, opts)
	}
	if n := len(report.Findings) + report.More; n > 0 {
		return fmt.Errorf("the log is not well: %d findings", n)
	}
	return nil
}

func printLedgerReport(r *verify.Report, opts verify.Options) {
	for _, f := range r.Findings {
		fmt.Println(f)
	}
	if r.More > 0 {
		fmt.Printf("and %s more\n", thousands(uint64(r.More)))
	}
	fmt.Printf("log         %s\nentries     %s\nroot        %s\n", r.Origin, thousands(r.Size), r.Root)
	signed := "by the log's key"
	switch {
	case len(opts.Keys) == 0 && (opts.Policy == nil || len(opts.Policy.Logs) == 0):
		signed = "not checked: give the log's public key with --key"
	case !r.Signed:
		signed = "NOT by the log's key"
	}
	fmt.Printf("signed      %s\n", signed)
	if opts.Policy != nil {
		fmt.Printf("cosigned    by %d of %d witnesses: %v\n", len(r.Cosigned), len(opts.Policy.Witnesses), r.Cosigned)
	}
	if n := len(opts.From) + len(opts.Spoken); n > 0 {
		fmt.Printf("continues   %d of %d earlier checkpoints\n", r.Earlier, n)
	}
	if len(r.Findings) == 0 {
		fmt.Println("every entry and every tile is what the checkpoint stands for")
	}
}

type ledgerCheckpoint struct {
	Log   string `arg:"" help:"Folder of the log, or the URL that its files are served under."`
	Short bool   `help:"Print the short form: one SMS, or a minute on the telephone."`
	ledgerKeys
}

func (c *ledgerCheckpoint) Run(ctx context.Context) error {
	keys, policy, err := c.read()
	if err != nil {
		return err
	}
	files, err := ledger.OpenFiles(c.Log)
	if err != nil {
		return err
	}
	raw, err := files.Read(ctx, ledger.CheckpointPath, ledger.MaxCheckpoint)
	if err != nil {
		return err
	}
	if policy != nil {
		keys = append(keys, policy.Logs...)
	}
	var parsed checkpoint.Checkpoint
	if len(keys) > 0 {
		parsed, err = checkpoint.Open(raw, keys...)
	} else {
		parsed, err = checkpoint.Parse(raw)
	}
	if err != nil {
		return err
	}
	if policy != nil {
		if names, quorum := policy.Cosigned(raw); !quorum {
			return fmt.Errorf("cosigned by %v, which is not the quorum of the policy", names)
		}
	}
	if c.Short {
		fmt.Println(parsed.Short())
		return nil
	}
	_, err = os.Stdout.Write(raw)
	return err
}

type ledgerProve struct {
	Log   string `arg:"" help:"Folder of the log, or the URL that its files are served under."`
	Index uint64 `arg:"" help:"Index of the entry, from 0."`
	Entry string `placeholder:"FILE" type:"path" help:"Write the entry itself here too."`
}

func (c *ledgerProve) Run(ctx context.Context) error {
	files, err := ledger.OpenFiles(c.Log)
	if err != nil {
		return err
	}
	raw, err := files.Read(ctx, ledger.CheckpointPath, ledger.MaxCheckpoint)
	if err != nil {
		return err
	}
	parsed, err := checkpoint.Parse(raw)
	if err != nil {
		return err
	}
	proof, err := ledger.ProveInclusion(ctx, files, parsed.Size, c.Index, parsed.Size)
	if errors.Is(err, ledger.ErrRange) {
		return fmt.Errorf("the log has %d entries, and entry %d is not among them", parsed.Size, c.Index)
	}
	if err != nil {
		return err
	}
	text, err := proof.Text(raw)
	if err != nil {
		return err
	}
	if c.Entry != "" {
		if err := os.WriteFile(c.Entry, []byte(proof.Entry), 0o644); err != nil {
			return err
		}
	}
	_, err = os.Stdout.Write(text)
	return err
}
