// Command intikhab is the program in which an election commission runs its
// elections. Each group of commands has a file of its own here; what they do is
// decided in the packages they wire together.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// program is the command line.
type program struct {
	Demo    demoCommand    `cmd:"" act:"demo.run" help:"Make a synthetic roll and show the 8300 service at work, with nothing installed."`
	Serve   serveCommand   `cmd:"" act:"service.run" help:"Run the services that a configuration file names."`
	Roll    rollCommands   `cmd:"" help:"Make, freeze, inspect and publish a roll."`
	SMS     smsCommands    `cmd:"" name:"sms" help:"Work on the texts of the SMS service."`
	SMSC    smscCommand    `cmd:"" act:"service.measure" name:"smsc" help:"Run a simulated mobile operator, for tests."`
	Audit   auditCommands  `cmd:"" help:"Search and verify the record of what officers did."`
	Setup   setupCommand   `cmd:"" act:"service.setup" help:"Make the configuration and the keys of the officers' site."`
	Doctor  doctorCommand  `cmd:"" act:"service.inspect" help:"Say in words what is wrong with a node, and how to mend it."`
	Ledger  ledgerCommands `cmd:"" help:"Verify, show and prove the public log."`
	Witness witnessCommand `cmd:"" act:"service.witness" help:"Cosign a log's checkpoints, for whoever is outside the commission."`
	Backup  backupCommand  `cmd:"" act:"backup.make" help:"Make a backup of all records, encrypted, while the service runs."`
	Restore restoreCommand `cmd:"" act:"backup.restore" help:"Put a backup into an empty database, or check it."`
	Keys    keysCommands   `cmd:"" help:"Make, change and list the keys of personal records and of backups."`
	Bench   benchCommands  `cmd:"" help:"Measure this machine."`

	Permissions permissionsCommand `cmd:"" act:"permission.read" help:"Print who may do what: the table that a lawyer can read."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var p program
	parser, err := kong.New(&p,
		kong.Name("intikhab"),
		kong.Description("The open election platform. Documentation: docs/ beside the source."),
		kong.ShortUsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		panic(err) // only for a mistake in the structure above
	}
	if err := namesItsActs(parser.Model.Node); err != nil {
		panic(err) // as package web does for a route
	}
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	if err := command.Run(); err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted; nothing half-done is left under its final name")
		}
		fmt.Fprintln(os.Stderr, "intikhab:", err)
		os.Exit(1)
	}
}
