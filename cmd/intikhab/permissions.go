package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"intikhab/platform/office"
	"intikhab/platform/words"
)

// permissionsCommand prints the table of permissions.
type permissionsCommand struct {
	Format   string         `enum:"text,csv,markdown" default:"text" help:"text, csv or markdown (${default})."`
	Language words.Language `enum:"en,ur" default:"en" help:"Language of the text: en or ur."`
}

func (c *permissionsCommand) Run() error {
	switch c.Format {
	case "csv":
		return office.Standard().WriteCSV(os.Stdout)
	case "markdown":
		return office.Standard().WriteMarkdown(os.Stdout)
	}
	return office.Standard().WriteText(os.Stdout, c.Language)
}

// namesItsActs tells which commands do not say, by the tag act beside the tag cmd,
// which act of the table of permissions they are, or name one that is not for whoever
// is at the shell. Who that is, the operating system decides: it lets somebody have
// the program and its files, or not.
func namesItsActs(n *kong.Node) error {
	var faults []error
	rules := office.Rules{Table: office.Standard()}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, child := range n.Children {
			walk(child)
		}
		if n.Type != kong.CommandNode || !n.Leaf() {
			return
		}
		act := office.Act(n.Tag.Get("act"))
		if d := rules.Decide(time.Time{}, office.Standing{Way: office.Shell}, act, office.Target{}); !d.Allowed {
			faults = append(faults, fmt.Errorf("command %q has the act %q, which platform/office/permissions.csv does not give to the shell: write `cmd:\"\" act:\"…\"` beside it, and the act into the table", n.FullPath(), act))
		}
	}
	walk(n)
	return errors.Join(faults...)
}
