package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/certificate"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/health"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
	"intikhab/platform/office/audit"
)

// doctorCommand says in words what is wrong with a node. It changes nothing, and may
// be run beside the service.
type doctorCommand struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file of the node."`
}

// doctorWaits is how long the doctor waits for one thing to answer.
const doctorWaits = 15 * time.Second

func (c *doctorCommand) Run(ctx context.Context) error {
	found := examine(ctx, c.Config)
	if err := health.Write(os.Stdout, found); err != nil {
		return err
	}
	if health.Worst(found) == health.Bad {
		bad := 0
		for _, f := range found {
			if f.Level == health.Bad {
				bad++
			}
		}
		return fmt.Errorf("%d of %d things are wrong: begin with the first", bad, len(found))
	}
	return nil
}

// examine looks at everything that the configuration names, in the order in which
// one thing hangs on another.
func examine(ctx context.Context, path string) []health.Finding {
	cfg, err := readConfig(path)
	if err != nil {
		return []health.Finding{health.Wrong("configuration", "Mend the file; docs/operations.md tells of every setting.", "%v", err)}
	}
	found := []health.Finding{health.Ok("configuration", "%s can be used", path)}
	running := false
	switch p, err := runningService(cfg.State.Dir); {
	case err == nil:
		running = true
		found = append(found, health.Ok("service", "runs as process %d", p.Pid))
	case errors.Is(err, errNotRunning):
		found = append(found, health.Warn("service", "Start it, if it should be running.", "does not run"))
	default:
		found = append(found, health.Warn("service", "", "%v", err))
	}
	if exists(cfg.State.Dir) {
		found = append(found, health.Folder("state", cfg.State.Dir)...)
	} else {
		found = append(found, health.Warn("state", "The first start makes it.", "%s is not there yet", cfg.State.Dir))
	}
	if cfg.offices() {
		found = append(found, cfg.examineOffices(ctx, running)...)
	} else {
		found = append(found, health.Clock(time.Now(), time.Time{})...)
	}
	if cfg.answersVoters() {
		found = append(found, cfg.examineVoters()...)
	}
	return found
}

// examineVoters looks at what 8300 needs.
func (c *config) examineVoters() (found []health.Finding) {
	if c.Roll.KeyFile != "" {
		found = append(found, health.Secret("roll key", c.Roll.KeyFile)...)
	}
	if roll, err := c.Roll.open(); err != nil {
		found = append(found, health.Wrong("roll", "Publish a roll that can be opened: intikhab roll publish.", "%v", err))
	} else {
		info := roll.Info()
		found = append(found, health.Ok("roll", "%q of %s with %s voters", info.Name, info.Frozen.Format(time.DateOnly), thousands(info.Voters)))
	}
	for _, name := range slices.Sorted(maps.Keys(c.SMS.Operators)) {
		found = append(found, health.Reachable("operator "+name, c.SMS.Operators[name].Address)...)
	}
	if c.HTTP.TLSCert != "" {
		found = append(found, certificate.CheckFiles(c.HTTP.TLSCert, c.HTTP.TLSKey, "", time.Now())...)
	}
	return found
}

// examineOffices looks at what the officers' site needs.
func (c *config) examineOffices(ctx context.Context, running bool) (found []health.Finding) {
	for about, file := range map[string]string{"records key": c.Database.KeyFile, "ledger key": c.Ledger.KeyFile, "bus key": c.Bus.KeyFile} {
		if file != "" {
			found = append(found, health.Secret(about, file)...)
		}
	}
	slices.SortFunc(found, func(a, b health.Finding) int { return strings.Compare(a.About, b.About) })
	found = append(found, c.examineRecords(ctx)...)
	found = append(found, c.examineLedger(ctx)...)
	found = append(found, c.examineBus(ctx, running)...)
	return append(found, c.examineCertificate(ctx)...)
}

// examineRecords looks at the keys, the database, and, by the last record, at the clock.
func (c *config) examineRecords(ctx context.Context) (found []health.Finding) {
	ctx, cancel := context.WithTimeout(ctx, doctorWaits)
	defer cancel()
	keys, err := c.Database.keyring()
	if err != nil {
		found = append(found, health.Wrong("records key", "Put the keyring back from its copy: a new one opens nothing.", "%v", err))
	}
	if file := c.Database.URL; !strings.Contains(file, "://") && !exists(file) {
		return append(append(found, health.Warn("database", "The first start makes it.", "%s is not there yet", file)), health.Clock(time.Now(), time.Time{})...)
	}
	db, err := database.Open(ctx, c.Database.URL)
	if err != nil {
		return append(found, health.Wrong("database", "Look whether the server runs and the address is right; if the file is damaged, restore the last backup.", "%v", err))
	}
	defer db.Close()
	known, err := database.Gather(ctx, tableMakers...)
	if err != nil {
		return append(found, health.Wrong("tables", "", "those of this program cannot be made: %v", err))
	}
	found = append(found, db.Check(ctx, known)...)
	if keys != nil {
		found = append(found, vault.Check(ctx, db, keys, sealedColumns())...)
	}
	var last time.Time
	page, err := audit.Search(ctx, db, audit.Query{Limit: 1})
	if err == nil && len(page.Rows) > 0 {
		last = page.Rows[0].At
	}
	return append(found, health.Clock(time.Now(), last)...)
}

// examineLedger verifies the public log from its files, as anybody can.
func (c *config) examineLedger(ctx context.Context) []health.Finding {
	if !c.Ledger.kept() {
		return []health.Finding{health.Ok("ledger", "is kept by another node")}
	}
	if !exists(filepath.Join(c.Ledger.Dir, ledger.CheckpointPath)) {
		return []health.Finding{health.Warn("ledger", "The first start makes it.", "%s has no checkpoint yet", c.Ledger.Dir)}
	}
	key, err := c.Ledger.key()
	if err != nil {
		return []health.Finding{health.Wrong("ledger key", "Put the key back from its copy: under another the log can't go on.", "%v", err)}
	}
	verifier, err := checkpoint.ParseVerifier(key.Verifier())
	if err != nil {
		return []health.Finding{health.Wrong("ledger key", "", "%v", err)}
	}
	files, err := ledger.OpenFiles(c.Ledger.Dir)
	if err != nil {
		return []health.Finding{health.Wrong("ledger", "Look at ledger.dir.", "%v", err)}
	}
	report, err := verify.Log(ctx, files, verify.Options{Keys: []note.Verifier{verifier}})
	switch {
	case err != nil:
		return []health.Finding{health.Wrong("ledger", "Look whether the service's user may read the folder.", "%v", err)}
	case len(report.Findings) > 0:
		var found []health.Finding
		for _, f := range report.Findings {
			found = append(found, health.Wrong("ledger", "Stop, keep the folder as it is, and tell the auditor: the log is not what was published.", "%v", f))
		}
		return found
	}
	return append(health.Folder("ledger", c.Ledger.Dir), health.Ok("ledger", "%s: %s entries, each in its place", report.Origin, thousands(report.Size)))
}

// examineBus opens the bus, unless the running service has it.
func (c *config) examineBus(ctx context.Context, running bool) []health.Finding {
	switch {
	case running && c.Bus.URL == "":
		return []health.Finding{health.Ok("bus", "is the running service's; the page of the queues shows how it stands")}
	case c.Bus.URL == "" && !exists(c.Bus.Dir):
		return []health.Finding{health.Warn("bus", "The first start makes it.", "%s is not there yet", c.Bus.Dir)}
	}
	b, err := c.Bus.open(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return []health.Finding{health.Wrong("bus", "Look at the address, the folder and the key in [bus].", "%v", err)}
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(ctx, doctorWaits)
	defer cancel()
	if err := b.Ready(ctx); err != nil {
		return []health.Finding{health.Wrong("bus", "Most nodes of the cluster must run and reach each other.", "%v", err)}
	}
	s, err := b.Status(ctx)
	if err != nil {
		return []health.Finding{health.Wrong("bus", "Most nodes of the cluster must run and reach each other.", "%v", err)}
	}
	found := []health.Finding{health.Ok("bus", "works, with %d queues", len(s.Queues))}
	for _, q := range s.Queues {
		if q.Dead > 0 {
			found = append(found, health.Warn("bus", "Look at them on the page of the dead letters: send them again, or drop them.", "%d letters of queue %s could not be delivered", q.Dead, q.Queue))
		}
	}
	return found
}

// examineCertificate looks at the certificate of the officers' site.
func (c *config) examineCertificate(ctx context.Context) []health.Finding {
	site, err := url.Parse(c.Office.Site)
	if err != nil {
		return nil // was checked with the file
	}
	switch {
	case c.Office.TLSCert != "":
		return certificate.CheckFiles(c.Office.TLSCert, c.Office.TLSKey, site.Hostname(), time.Now())
	case c.Office.ACME:
		leaf, err := c.ACME.source().Kept(ctx, site.Hostname())
		if err != nil {
			return []health.Finding{health.Wrong("certificate", "Remove what is kept, and it is fetched anew.", "%v", err)}
		}
		if leaf == nil {
			return []health.Finding{health.Warn("certificate", "The first connection fetches it; port 443 must be reached from outside.", "none was fetched for %s yet", site.Hostname())}
		}
		return certificate.CheckLeaf(leaf, site.Hostname(), time.Now())
	case site.Scheme == "https":
		return []health.Finding{health.Warn("certificate", "", "is not this program's: a proxy in front is to speak HTTPS for %s", site.Hostname())}
	}
	return nil
}
