package main

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestCommandsNameTheirActs: who runs a command does an act of the table.
func TestCommandsNameTheirActs(t *testing.T) {
	parser, err := kong.New(&program{})
	if err != nil {
		t.Fatal(err)
	}
	if err := namesItsActs(parser.Model.Node); err != nil {
		t.Error(err)
	}
	var wrong struct {
		None  struct{} `cmd:""`
		Other struct {
			Unknown struct{} `cmd:"" act:"no.such"`
			Officer struct{} `cmd:"" act:"office.change"`
			Right   struct{} `cmd:"" act:"service.run"`
		} `cmd:""`
	}
	if parser, err = kong.New(&wrong); err != nil {
		t.Fatal(err)
	}
	err = namesItsActs(parser.Model.Node)
	for _, name := range []string{"none", "other unknown", "other officer"} {
		if err == nil || !strings.Contains(err.Error(), name+`"`) {
			t.Errorf("command %q is let through: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "right") {
		t.Error(err)
	}
}
