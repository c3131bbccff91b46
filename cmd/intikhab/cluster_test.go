package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/systems/voterinfo/rollindex"
)

// freePorts are ports of the loopback interface that nobody listens on just now. They
// lie below those that the system gives to whoever asks for any (32768 and up), so that
// none of them is given to another test before the node that it is for has opened it.
func freePorts(t *testing.T, n int) (ports []int) {
	t.Helper()
	for tries := 0; len(ports) < n; tries++ {
		port := 20000 + rand.IntN(12000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			if tries > 100 {
				t.Fatal(err)
			}
			continue
		}
		defer l.Close()
		ports = append(ports, port)
	}
	return ports
}

// three are the configurations of three nodes of one cluster, each with its own copy
// of the first roll.
func three(t *testing.T) (configs []string) {
	t.Helper()
	ports := freePorts(t, 3)
	var routes []string
	for _, port := range ports {
		routes = append(routes, fmt.Sprintf("%q", fmt.Sprintf("127.0.0.1:%d", port)))
	}
	for i, port := range ports {
		config := settingsFolder(t, `
[roll]
file = "roll.index"
key_file = "roll.key"
[http]
listen = "127.0.0.1:0"
[console]
listen = "127.0.0.1:0"
[bus]
key_file = "bus.key"
node = "node-%d"
listen = "127.0.0.1:%d"
routes = [%s]
secret_file = "bus.secret"
`, i+1, port, strings.Join(routes, ", "))
		dir := filepath.Dir(config)
		writeFile(t, filepath.Join(dir, "bus.key"), base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32))))
		writeFile(t, filepath.Join(dir, "bus.secret"), "a secret of three nodes\n")
		configs = append(configs, config)
	}
	return configs
}

func rootOf(t *testing.T, file string) string {
	t.Helper()
	key, err := rollindex.ReadKey(sampleRolls.key)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rollindex.Open(file, key)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(r.Info().Root)
}

// answersFrom waits until the service of a configuration says that it answers from a
// roll.
func answersFrom(t *testing.T, config, root string) {
	t.Helper()
	var last string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(config), "state", "roll.json"))
		if last = string(b); err == nil && strings.Contains(last, root) {
			return
		}
	}
	t.Fatalf("%s never answered from %s; it says %s", config, root, last)
}

// TestRollReachesAllNodes: a roll that is published at one node of three is answered
// from by all three; one that a node cannot open by none; and a node that was away
// gets what it missed.
func TestRollReachesAllNodes(t *testing.T) {
	configs := three(t)
	first, second := rootOf(t, sampleRolls.first), rootOf(t, sampleRolls.second)
	var nodes []*service
	for _, config := range configs {
		nodes = append(nodes, startService(t, config))
	}
	for _, config := range configs {
		answersFrom(t, config, first)
	}
	publish := func(file string) (string, int) {
		return run(t, "roll", "publish", file, "--config", configs[0])
	}
	said, status := publish(sampleRolls.second)
	if status != 0 || !strings.Contains(said, "the service answers from it") {
		t.Fatalf("publish: status %d:\n%s", status, said)
	}
	for _, config := range configs {
		answersFrom(t, config, second)
	}
	v := sampleRolls.voters[3]
	for i, node := range nodes {
		var found struct {
			Voter struct{ Serial, Household int }
		}
		if err := post(node.public+"/api/v1/lookup", map[string]string{"cnic": v.cnic, "language": "en"}, &found); err != nil {
			t.Fatal(err)
		}
		if found.Voter.Serial != v.second.serial || found.Voter.Household != v.second.household {
			t.Errorf("node %d answers %+v, want %+v", i+1, found.Voter, v.second)
		}
	}

	// The third node's key is another's from now on: it cannot use the next roll, and
	// so nobody does.
	dir := filepath.Dir(configs[2])
	writeFile(t, filepath.Join(dir, "other.key"), "")
	if err := os.Remove(filepath.Join(dir, "other.key")); err != nil {
		t.Fatal(err)
	}
	if said, status := run(t, "roll", "keygen", "--out", filepath.Join(dir, "other.key")); status != 0 {
		t.Fatal(said)
	}
	if err := os.Rename(filepath.Join(dir, "other.key"), filepath.Join(dir, "roll.key")); err != nil {
		t.Fatal(err)
	}
	said, status = publish(sampleRolls.first)
	if status == 0 || !strings.Contains(said, "node-3") {
		t.Errorf("a roll that node 3 cannot open: status %d:\n%s", status, said)
	}
	copyFile(t, sampleRolls.key, filepath.Join(dir, "roll.key"))
	for _, node := range nodes {
		var found struct {
			Voter struct{ Serial, Household int }
		}
		if err := post(node.public+"/api/v1/lookup", map[string]string{"cnic": v.cnic, "language": "en"}, &found); err != nil {
			t.Fatal(err)
		}
		if found.Voter.Serial != v.second.serial {
			t.Errorf("a node answers from the roll that another could not open: %+v", found.Voter)
		}
	}

	// A node that is down is not waited for longer than it takes to count it as dead,
	// and gets the roll when it comes back; it is stopped in good order here, which it
	// says.
	if status := nodes[1].end(terminate); status != 0 {
		t.Errorf("node 2 ends with %d", status)
	}
	if said, status := publish(sampleRolls.first); status != 0 {
		t.Fatalf("publish with two of three: status %d:\n%s", status, said)
	}
	startService(t, configs[1])
	answersFrom(t, configs[1], first)
}
