package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/format"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/rollindex/rollfile"
	"intikhab/systems/voterinfo/synth"
)

type rollCommands struct {
	Synth     rollSynth     `cmd:"" act:"rollfile.make" help:"Write the files of a synthetic roll."`
	Keygen    rollKeygen    `cmd:"" act:"rollfile.key" help:"Make a key for freezing rolls."`
	Freeze    rollFreeze    `cmd:"" act:"rollfile.freeze" help:"Freeze a roll's files into one index."`
	Info      rollInfo      `cmd:"" act:"rollfile.inspect" help:"Show what an index says of itself; needs no key."`
	Verify    rollVerify    `cmd:"" act:"rollfile.inspect" help:"Check all of an index, every voter included; or hold the copies of an office's frozen roll against each other."`
	Lookup    rollLookup    `cmd:"" act:"rollfile.lookup" help:"Look numbers up in an index."`
	Describe  rollDescribe  `cmd:"" act:"rollfile.make" help:"Make the signed manifest of a batch, for whoever sends batches."`
	Import    rollImport    `cmd:"" act:"feed.receive" help:"Take a batch of the identity authority into the office's rolls."`
	Print     rollPrint     `cmd:"" act:"print.run" help:"Print the rolls of many blocks as PDF."`
	Trace     rollTrace     `cmd:"" act:"print.trace" help:"Read the hidden mark of a scanned page: whose copy is it from?"`
	Anomalies rollAnomalies `cmd:"" act:"anomaly.run" help:"Look through the office's roll for what should not be so."`
	Doubles   rollDoubles   `cmd:"" act:"doubles.run" help:"Look through the office's roll for persons with two entries."`
	Publish   rollPublish   `cmd:"" act:"rollfile.publish" help:"Put an index into use while the service answers."`
}

type rollSynth struct {
	Voters int    `default:"1000000" placeholder:"N" help:"Number of voters (${default})."`
	Seed   uint64 `default:"1" placeholder:"S" help:"The same seed gives the same roll (${default})."`
	Out    string `required:"" type:"path" placeholder:"DIR" help:"Folder for voters.csv, areas.csv and stations.csv."`
}

func (c *rollSynth) Run(ctx context.Context) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	bar := newProgressBar("voters")
	report, err := synth.Generate(ctx, synth.Config{Voters: c.Voters, Seed: c.Seed, Dir: c.Out,
		Progress: func(done, total int64) { bar.show("writing voters", uint64(done), uint64(total)) }})
	bar.finish()
	if err != nil {
		return err
	}
	fmt.Printf("%s voters in %s areas with %s stations, in %s\n",
		thousands(report.Voters), thousands(report.Areas), thousands(report.Stations), c.Out)
	return nil
}

type rollKeygen struct {
	Out string `required:"" type:"path" placeholder:"KEY" help:"File for the key; it is not overwritten."`
}

func (c *rollKeygen) Run() error {
	key, err := makeKey(c.Out)
	if err != nil {
		return err
	}
	fmt.Printf("%v is in %s; keep a copy where the index is not\n", key, c.Out)
	return nil
}

// makeKey makes a key in a file that is not there yet. After it returns the key
// is on the disk.
func makeKey(path string) (rollindex.Key, error) {
	key := rollindex.NewKey()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return key, fmt.Errorf("%s is there already and is left alone: a key that is lost makes every roll frozen under it unreadable", path)
	}
	if err != nil {
		return key, err
	}
	if _, err = fmt.Fprintln(f, key.Reveal()); err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return key, err
}

// keyFlag is how a command is given a roll's key.
type keyFlag struct {
	KeyFile string `type:"path" placeholder:"KEY" help:"File with the roll's key."`
	KeyEnv  string `default:"INTIKHAB_ROLL_KEY" placeholder:"NAME" help:"Environment variable with the key's text, where no file is given (${default})."`
}

func (k *keyFlag) key() (rollindex.Key, error) {
	if k.KeyFile != "" {
		return rollindex.ReadKey(k.KeyFile)
	}
	text := os.Getenv(k.KeyEnv)
	if text == "" {
		return rollindex.Key{}, fmt.Errorf("no key: give --key-file FILE, or the key's text in the variable %s", k.KeyEnv)
	}
	key, err := rollindex.ParseKey(text)
	if err != nil {
		err = fmt.Errorf("the variable %s: %w", k.KeyEnv, err)
	}
	return key, err
}

type rollFreeze struct {
	In           string `type:"path" placeholder:"DIR" help:"Folder with voters, areas and stations (.csv, .csv.gz, .csv.zst or .parquet)."`
	VotersFile   string `type:"path" placeholder:"FILE" help:"The voters' file, if it is elsewhere."`
	AreasFile    string `type:"path" placeholder:"FILE" help:"The areas' file, if it is elsewhere."`
	StationsFile string `type:"path" placeholder:"FILE" help:"The stations' file, if it is elsewhere."`
	Columns      string `placeholder:"OURS=YOURS,…" help:"Other names of columns: cnic=nic_no,block_code=block"`
	Name         string `placeholder:"TEXT" help:"Name of the roll; if not given, the name of the folder."`
	Date         string `placeholder:"DATE" help:"Date of freezing, as 2027-01-20; if not given, today."`
	Out          string `required:"" type:"path" placeholder:"FILE" help:"The index."`
	Rejects      string `type:"path" placeholder:"FILE" help:"File for rows that are not taken; if not given, OUT.rejects.csv."`
	JSON         bool   `name:"json" help:"Print the report as JSON."`
	keyFlag
}

// tableFile finds a roll's file in a folder under one of the names it can have.
func tableFile(dir, given, table string) (string, error) {
	if given != "" {
		return given, nil
	}
	if dir == "" {
		return "", fmt.Errorf("no file of %s: give --in DIR or --%s-file FILE", table, table)
	}
	for _, ending := range []string{".csv", ".parquet", ".csv.gz", ".csv.zst"} {
		path := filepath.Join(dir, table+ending)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s has no %s.csv, .parquet, .csv.gz or .csv.zst: name the file with --%s-file", dir, table, table)
}

func (c *rollFreeze) config() (f freeze.Config, err error) {
	if c.In != "" {
		if _, err := os.ReadDir(c.In); err != nil {
			return f, fmt.Errorf("--in: %w", err)
		}
	}
	var missing []error
	for _, t := range []struct {
		name, given string
		path        *string
	}{{"voters", c.VotersFile, &f.Voters}, {"areas", c.AreasFile, &f.Areas}, {"stations", c.StationsFile, &f.Stations}} {
		if *t.path, err = tableFile(c.In, t.given, t.name); err != nil {
			missing = append(missing, err)
		}
	}
	if err := errors.Join(missing...); err != nil {
		return f, err
	}
	if f.Columns, err = rollfile.ParseColumns(c.Columns); err != nil {
		return f, err
	}
	if f.Key, err = c.key(); err != nil {
		return f, err
	}
	if _, err := os.Stat(filepath.Dir(c.Out)); err != nil {
		return f, fmt.Errorf("--out: the folder for the index: %w", err)
	}
	f.Date = time.Now()
	if c.Date != "" {
		if f.Date, err = time.Parse(time.DateOnly, c.Date); err != nil {
			return f, fmt.Errorf("--date %q is not a date such as 2027-01-20", c.Date)
		}
	}
	f.Name, f.Out, f.Rejects = c.Name, c.Out, c.Rejects
	if f.Name == "" {
		f.Name = filepath.Base(filepath.Dir(f.Voters))
	}
	return f, nil
}

func (c *rollFreeze) Run(ctx context.Context) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	bar := newProgressBar("rows")
	config.Progress = bar.freezing
	report, err := freeze.Freeze(ctx, config)
	bar.finish()
	if err != nil {
		return err
	}
	if c.JSON {
		info := headerInfo(report.Header)
		info.Rejected, info.Problems, info.RejectsFile = &report.Rejected, report.Problems, report.RejectsFile
		info.Seconds = report.Elapsed.Seconds()
		return json.NewEncoder(os.Stdout).Encode(info)
	}
	fmt.Printf("%s voters frozen in %s\n", thousands(report.Voters), report.Elapsed.Round(10*time.Millisecond))
	printHeader(report.Header)
	if report.RejectsFile == "" {
		return nil
	}
	fmt.Fprintf(os.Stderr, "\n%s rows of voters are NOT in the index. All problems are in %s:\n", thousands(report.Rejected), report.RejectsFile)
	for _, code := range sortedKeys(report.Problems) {
		fmt.Fprintf(os.Stderr, "  %-16s %s\n", code, thousands(report.Problems[code]))
	}
	for _, p := range report.FirstProblems {
		fmt.Fprintf(os.Stderr, "  %s, line %d: %s\n", p.File, p.Line, p.Reason)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

type rollInfo struct {
	File string `arg:"" type:"path" help:"The index."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (c *rollInfo) Run() error {
	h, err := rollindex.ReadHeader(c.File)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(headerInfo(h))
	}
	printHeader(h)
	return nil
}

// rollReport is an index's header as JSON.
type rollReport struct {
	Name          string            `json:"name"`
	Date          string            `json:"date"`
	Version       int               `json:"format_version"`
	Voters        uint64            `json:"voters"`
	Areas         uint64            `json:"areas"`
	Stations      uint64            `json:"stations"`
	Bytes         uint64            `json:"bytes"`
	BytesNames    uint64            `json:"bytes_names"`
	BytesPerVoter float64           `json:"bytes_per_voter"` // all but the names
	Root          string            `json:"root"`
	Key           string            `json:"key"`
	Sections      map[string]uint64 `json:"sections"`
	Rejected      *uint64           `json:"rejected,omitempty"`
	Problems      map[string]uint64 `json:"problems,omitempty"`
	RejectsFile   string            `json:"rejects_file,omitempty"`
	Seconds       float64           `json:"seconds,omitempty"`
}

func headerInfo(h *format.Header) rollReport {
	r := rollReport{
		Name: h.Name, Date: h.Frozen.Format(time.DateOnly), Version: format.Version,
		Voters: h.Geometry.Voters, Areas: h.Areas, Stations: h.Stations, Bytes: h.FileSize,
		Root: fmt.Sprintf("%x", h.Root), Key: fmt.Sprintf("%08x", h.KeyID), Sections: map[string]uint64{},
	}
	for _, s := range h.Sections {
		r.Sections[s.Name] = s.Length
	}
	r.BytesNames = r.Sections["names"]
	r.BytesPerVoter = float64(r.Bytes-r.BytesNames) / float64(max(r.Voters, 1))
	return r
}

func printHeader(h *format.Header) {
	r := headerInfo(h)
	fmt.Printf("roll      %s\nfrozen    %s\nvoters    %s\nareas     %s\nstations  %s\nroot      %s\nkey       %s\n",
		r.Name, r.Date, thousands(r.Voters), thousands(r.Areas), thousands(r.Stations), r.Root, r.Key)
	fmt.Printf("bytes     %s, of which names %s; without them %.3f a voter\n", thousands(r.Bytes), thousands(r.BytesNames), r.BytesPerVoter)
	for _, s := range h.Sections {
		fmt.Printf("  %-9s %15s  %8.4f bits a voter\n", s.Name, thousands(s.Length), float64(s.Length)*8/float64(max(r.Voters, 1)))
	}
}

type rollVerify struct {
	File   string `arg:"" optional:"" type:"path" help:"The index."`
	Config string `type:"path" placeholder:"FILE" help:"Instead: the configuration of the office that froze the roll. Its database, the frozen roll, 8300's index and the ledger are held against each other."`
	Roll   string `placeholder:"ID" help:"With --config: which frozen roll; without it the newest."`
	JSON   bool   `name:"json" help:"With --config: print the report as JSON."`
	keyFlag
}

// Help says what the command's result means to a script.
func (c *rollVerify) Help() string {
	return "Ends with 1 when something does not agree; each finding is named. Reads only, and may run while the service does."
}

func (c *rollVerify) Run(ctx context.Context) error {
	if (c.File == "") == (c.Config == "") {
		return errors.New("give an index, or --config for the rolls of an office, one of them")
	}
	if c.Config != "" {
		return c.office(ctx)
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	roll, err := rollindex.Open(c.File, key)
	if err != nil {
		return err
	}
	bar := newProgressBar("voters")
	err = roll.Verify(ctx, func(done, total uint64) { bar.show("checking voters", done, total) })
	bar.finish()
	if err != nil {
		return err
	}
	info := roll.Info()
	fmt.Printf("%s is whole: %s voters, each found under one number and in one place; root %s\n", c.File, thousands(info.Voters), info.Root)
	return nil
}
