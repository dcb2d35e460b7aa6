// Command toadlane-load drives a running node on this machine, as peers and as visitors, and prints one line of JSON. It refuses every
// target that is not on the loopback interface, and each of its flags has a cap.
//
//	toadlane-load inbound --url http://bakery.localhost:8470 --count 5000
//	toadlane-load market  --url http://bakery.localhost:8470 --for 30s --words bread,bike
//	toadlane-load fanout  --url http://bakery.localhost:8470 --followers 1000 --bin ./toadlane --data DIR
//	toadlane-load soak    --url http://bakery.localhost:8470 --for 10m --bin ./toadlane --data DIR --pid PID
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// The caps.
const (
	maxCount       = 150_000
	maxFor         = 15 * time.Minute
	maxConnections = 256
	maxRate        = 2000
	maxFollowers   = 5000
)

// order is what is to be done.
type order struct {
	base        *url.URL // of the node
	address     string   // where it listens: 127.0.0.1:port
	count       int
	during      time.Duration
	connections int
	rate        int // a second; 0 is as fast as it goes
	searches    int // a second, in soak
	followers   int
	words       []string
	bin, data   string
	pid         int
}

// report is what is printed.
type report struct {
	Mode     string         `json:"mode"`
	Seconds  float64        `json:"seconds"`
	Sent     int            `json:"sent"`
	PerSec   float64        `json:"per_second"`
	Status   map[string]int `json:"status,omitempty"`
	Errors   int            `json:"errors"`
	P50ms    float64        `json:"p50_ms,omitempty"`
	P99ms    float64        `json:"p99_ms,omitempty"`
	Searches int            `json:"searches,omitempty"`
	Arrived  int            `json:"arrived,omitempty"`
	Fanouts  int            `json:"fanouts,omitempty"`
	WorstS   float64        `json:"worst_fanout_s,omitempty"`
	Memory   *memory        `json:"memory,omitempty"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "toadlane-load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	modes := map[string]func(context.Context, order) (report, error){"inbound": inbound, "market": market, "fanout": fanout, "soak": soak}
	if len(args) == 0 || modes[args[0]] == nil {
		return errors.New("say what to do: inbound, fanout, market or soak")
	}
	o, err := read(args[0], args[1:])
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.during+2*time.Minute)
	defer cancel()
	began := time.Now()
	r, err := modes[args[0]](ctx, o)
	if err != nil {
		return err
	}
	r.Mode = args[0]
	if r.Seconds == 0 {
		r.Seconds = time.Since(began).Seconds()
	}
	if r.PerSec == 0 {
		r.PerSec = float64(r.Sent) / r.Seconds
	}
	return json.NewEncoder(out).Encode(r)
}

// read judges the flags.
func read(mode string, args []string) (o order, err error) {
	f := flag.NewFlagSet(mode, flag.ContinueOnError)
	base := f.String("url", "", "address of the node, on this machine")
	f.IntVar(&o.count, "count", 5000, "how many notes to send")
	f.DurationVar(&o.during, "for", time.Minute, "how long at most")
	f.IntVar(&o.connections, "connections", 32, "connections to the node")
	f.IntVar(&o.rate, "rate", 0, "notes or searches a second; 0 is as fast as it goes, in soak 200")
	f.IntVar(&o.searches, "searches", 50, "searches a second, in soak")
	f.IntVar(&o.followers, "followers", 1000, "followers, in fanout and soak")
	words := f.String("words", "bread,bike,tools,garden,help", "what to search for")
	f.StringVar(&o.bin, "bin", "", "the toadlane program, which posts a listing for a fan-out")
	f.StringVar(&o.data, "data", "", "the node's folder")
	f.IntVar(&o.pid, "pid", 0, "the node's process, whose memory is watched in soak")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.words = strings.Split(*words, ",")
	switch {
	case o.count < 1 || o.count > maxCount:
		return o, fmt.Errorf("--count is 1 to %d", maxCount)
	case o.during <= 0 || o.during > maxFor:
		return o, fmt.Errorf("--for is at most %v", maxFor)
	case o.connections < 1 || o.connections > maxConnections:
		return o, fmt.Errorf("--connections is 1 to %d", maxConnections)
	case o.rate < 0 || o.rate > maxRate || o.searches < 0 || o.searches > maxRate:
		return o, fmt.Errorf("--rate and --searches are at most %d", maxRate)
	case o.followers < 1 || o.followers > maxFollowers:
		return o, fmt.Errorf("--followers is 1 to %d", maxFollowers)
	case mode == "fanout" && (o.bin == "" || o.data == ""):
		return o, errors.New("a fan-out needs --bin and --data, to post a listing")
	}
	o.base, o.address, err = target(*base)
	return o, err
}

// target takes addresses of this machine and no others.
func target(s string) (*url.URL, string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" || u.Port() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return nil, "", fmt.Errorf("--url %q: give http://NAME.localhost:PORT", s)
	}
	host := "127.0.0.1"
	if name := u.Hostname(); name != "localhost" && !strings.HasSuffix(name, ".localhost") {
		a, err := netip.ParseAddr(name)
		if err != nil || !a.IsLoopback() {
			return nil, "", fmt.Errorf("--url %q: only nodes on this machine are driven", s)
		}
		host = a.String()
	}
	u.Path = ""
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return u, host + ":" + u.Port(), nil
}
