package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
)

type rollLookup struct {
	File    string   `arg:"" type:"path" help:"The index."`
	Numbers []string `arg:"" name:"cnic" help:"Identity numbers; - reads them from standard input, one a line."`
	JSON    bool     `name:"json" help:"Print one JSON line for each, in their order."`
	keyFlag
}

// Help says what the command's result means to a script.
func (c *rollLookup) Help() string {
	return "Ends with 1 when one of the numbers is not found; with --json only when the work itself fails. Numbers are masked in what is printed; lines come in the order asked."
}

func (c *rollLookup) Run() error {
	// There is nothing to undo: Ctrl-C ends it at once, also while it waits for
	// input.
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	key, err := c.key()
	if err != nil {
		return err
	}
	roll, err := rollindex.Open(c.File, key)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	l := lookup{roll: roll, out: out, json: c.JSON}
	for _, text := range c.Numbers {
		if text == "-" {
			err = l.lines(os.Stdin)
		} else {
			err = l.one(text)
		}
		if err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if l.missing > 0 && !c.JSON {
		return fmt.Errorf("%d of %d not found", l.missing, l.asked)
	}
	return nil
}

// lookup answers questions on a roll in text or JSON.
type lookup struct {
	roll           *rollindex.Roll
	out            *bufio.Writer
	json           bool
	asked, missing int
}

// lines answers each line as it comes.
func (l *lookup) lines(in io.Reader) error {
	r := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := r.ReadString('\n')
		if text := strings.TrimSpace(line); text != "" {
			if err := l.one(text); err != nil {
				return err
			}
		}
		if r.Buffered() == 0 {
			if err := l.out.Flush(); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// found is the JSON of one answer.
type found struct {
	Found     bool    `json:"found"`
	Block     string  `json:"block_code,omitempty"`
	Serial    *uint32 `json:"serial,omitempty"`
	Gender    string  `json:"gender,omitempty"`
	Household *uint32 `json:"household,omitempty"`
	Station   *string `json:"station_id,omitempty"`
	NA        *string `json:"na,omitempty"`
	PA        *string `json:"pa,omitempty"`
	Error     string  `json:"error,omitempty"`
}

func (l *lookup) one(text string) error {
	l.asked++
	number, err := cnic.Parse(text)
	var e rollindex.Entry
	ok := false
	if err == nil {
		e, ok = l.roll.Lookup(number)
	}
	if !ok {
		l.missing++
	}
	if l.json {
		answer := found{Found: ok}
		if err != nil {
			answer.Error = strings.TrimPrefix(err.Error(), "cnic: ")
		}
		if ok {
			station, na, pa := "", string(e.Area.NA), string(e.Area.PA)
			if e.Station != nil {
				station = string(e.Station.ID)
			}
			answer = found{Found: true, Block: e.Block.String(), Serial: &e.Serial, Gender: e.Gender.String(), Household: &e.Household, Station: &station, NA: &na, PA: &pa}
		}
		b, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		l.out.Write(b)
		return l.out.WriteByte('\n')
	}
	switch {
	case err != nil:
		// What was typed may hold most of somebody's number: its place names it.
		_, err = fmt.Fprintf(l.out, "number %d: %s\n", l.asked, strings.TrimPrefix(err.Error(), "cnic: "))
	case !ok:
		_, err = fmt.Fprintf(l.out, "%v: not on the roll\n", number)
	default:
		station := "no station"
		if e.Station != nil {
			station = string(e.Station.ID) + " " + e.Station.NameEn
		}
		_, err = fmt.Fprintf(l.out, "%v: block %v, %v list, serial %d, household %d; %s, %s; %s\n",
			number, e.Block, e.Gender, e.Serial, e.Household, e.Area.NA, e.Area.PA, station)
	}
	return err
}
