package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/witness"
	"intikhab/platform/web"
)

// witnessCommand is what a party, an observer or a newspaper runs.
type witnessCommand struct {
	Listen string   `default:"127.0.0.1:8600" placeholder:"HOST:PORT" help:"Where logs bring their checkpoints (${default}; port 0 takes a free one)."`
	State  string   `required:"" type:"path" placeholder:"DIR" help:"Folder for the key and for what was cosigned last. Never restore it from an older copy."`
	Log    []string `required:"" placeholder:"VKEY" help:"Public key of a log to watch; again for others."`
	Name   string   `placeholder:"NAME" help:"Of a new witness, for good: a host name and perhaps a path, as witness.example.org."`
	Cert   string   `type:"path" placeholder:"FILE" help:"Certificate for HTTPS; without one it speaks HTTP, for a proxy in front or for the same machine."`
	Key    string   `type:"path" placeholder:"FILE" help:"The certificate's key."`
}

func (c *witnessCommand) Run(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	var logs []note.Verifier
	for _, k := range c.Log {
		v, err := checkpoint.ParseVerifier(k)
		if err != nil {
			return fmt.Errorf("--log: %w", err)
		}
		logs = append(logs, v)
	}
	var secure *tls.Config
	if c.Cert != "" || c.Key != "" {
		if c.Cert == "" || c.Key == "" {
			return errors.New("--cert and --key go together")
		}
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return err
		}
		secure = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	w, err := witness.Open(c.State, witness.Options{Name: c.Name, Logs: logs, Log: log})
	if err != nil {
		return err
	}
	defer w.Close()
	key, err := w.Verifier()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	scheme := "http"
	if secure != nil {
		scheme = "https"
	}
	// A line of a policy, but for the name that the policy gives.
	fmt.Printf("witness NAME %s %s://%s\n", key, scheme, listener.Addr())
	return web.Serve(ctx, listener, secure, w.Handler(), log)
}
