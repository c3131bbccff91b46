package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/synth"
)

// sampleRolls are two frozen rolls of the same voters under one key: in the second,
// every list has its serials the other way round, households are counted from
// 1,001, and areas begin with "New". No voter's answer is the same in both.
var sampleRolls struct {
	dir, key, first, second string
	voters                  []voter
}

// voter is one of them.
type voter struct {
	cnic          string
	first, second place
}

type place struct{ serial, household int }

// withRolls makes the rolls before the tests and removes them after.
type withRolls struct{ m *testing.M }

func (w withRolls) Run() int {
	dir, err := os.MkdirTemp("", "intikhab-test-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = makeRolls(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rolls for the tests:", err)
		return 1
	}
	return w.m.Run()
}

const rollVoters = 3000

func makeRolls(dir string) error {
	at := func(name string) string { return filepath.Join(dir, name) }
	sampleRolls.dir, sampleRolls.key, sampleRolls.first, sampleRolls.second = dir, at("roll.key"), at("first.index"), at("second.index")
	if _, err := synth.Generate(context.Background(), synth.Config{Voters: rollVoters, Seed: 8300, Dir: dir}); err != nil {
		return err
	}
	if err := otherWayRound(at("voters.csv"), at("voters2.csv")); err != nil {
		return err
	}
	areas, err := readCSV(at("areas.csv"))
	if err != nil {
		return err
	}
	for _, row := range areas[1:] {
		row[1] = "New " + row[1]
	}
	if err := writeCSV(at("areas2.csv"), areas); err != nil {
		return err
	}
	key, err := makeKey(sampleRolls.key)
	if err != nil {
		return err
	}
	for _, r := range []struct{ name, voters, areas, out string }{
		{"First", "voters.csv", "areas.csv", sampleRolls.first}, {"Second", "voters2.csv", "areas2.csv", sampleRolls.second},
	} {
		report, err := freeze.Freeze(context.Background(), freeze.Config{
			Voters: at(r.voters), Areas: at(r.areas), Stations: at("stations.csv"), Out: r.out,
			Key: key, Name: r.name, Date: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			return err
		}
		if report.Voters != rollVoters {
			return fmt.Errorf("%s has %d of %d voters: see %s", r.out, report.Voters, rollVoters, report.RejectsFile)
		}
	}
	return nil
}

// otherWayRound writes the second roll's voters and keeps who is where.
func otherWayRound(from, to string) error {
	rows, err := readCSV(from)
	if err != nil {
		return err
	}
	length := map[[2]string]int{}
	list := func(row []string) [2]string { return [2]string{row[1], row[2]} }
	for _, row := range rows[1:] {
		length[list(row)]++
	}
	for _, row := range rows[1:] {
		v := voter{cnic: row[0]}
		v.first.serial, _ = strconv.Atoi(row[3])
		v.first.household, _ = strconv.Atoi(row[4])
		v.second = place{length[list(row)] + 1 - v.first.serial, v.first.household + 1000}
		row[3], row[4] = strconv.Itoa(v.second.serial), strconv.Itoa(v.second.household)
		sampleRolls.voters = append(sampleRolls.voters, v)
	}
	slices.Reverse(rows[1:])
	return writeCSV(to, rows)
}

func readCSV(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return csv.NewReader(f).ReadAll()
}

func writeCSV(path string, rows [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	if err := w.WriteAll(rows); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// The rolls are what the tests take them for.
func TestRollsDiffer(t *testing.T) {
	key, err := rollindex.ReadKey(sampleRolls.key)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range sampleRolls.voters {
		if v.first.household == v.second.household {
			t.Fatalf("a voter has household %d on both rolls", v.first.household)
		}
	}
	for path, name := range map[string]string{sampleRolls.first: "First", sampleRolls.second: "Second"} {
		roll, err := rollindex.Open(path, key)
		if err != nil {
			t.Fatal(err)
		}
		if roll.Info().Name != name || roll.Info().Voters != rollVoters {
			t.Errorf("%s is %+v", path, roll.Info())
		}
	}
}
