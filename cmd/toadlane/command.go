package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"toadlane/coop"
	"toadlane/internal/node"
)

// grammar is the command line: every flag may be given in the environment too, as TOADLANE_ and its name.
type grammar struct {
	Data      string `help:"The node's folder." default:"toadlane-data" placeholder:"DIR"`
	DB        string `name:"db" help:"PostgreSQL instead of a file in the folder: postgres://…" placeholder:"URL"`
	MasterKey string `help:"File with the key that opens the node's own keys; DIR/master.key unless given." placeholder:"FILE"`
	Log       string `help:"How much to tell: debug, info, warn or error." enum:"debug,info,warn,error," default:""`

	Serve    serveCommand   `cmd:"" help:"Serve the node."`
	Setup    setupCommand   `cmd:"" help:"Set the node up from here; a browser can do it too, at /setup."`
	Demo     demoCommand    `cmd:"" help:"Four co-ops on this machine that follow each other, to look around in."`
	Listing  listingGroup   `cmd:"" help:"Offers and wants."`
	Handbook handbookGroup  `cmd:"" help:"The handbook as files."`
	Peer     peerGroup      `cmd:"" help:"Other co-ops."`
	User     userGroup      `cmd:"" help:"People who may sign in."`
	Queue    queueGroup     `cmd:"" help:"What is on its way to others and from them."`
	Mail     mailGroup      `cmd:"" help:"Mails on their way out, and answers that come in."`
	Backup   backupCommand  `cmd:"" help:"Write everything but the master key into one file; the node may be running."`
	Restore  restoreCommand `cmd:"" help:"Make a node of a backup."`
	Verify   verifyCommand  `cmd:"" help:"Check the node's data, or a backup by restoring it to a scratch folder."`
	Doctor   doctorCommand  `cmd:"" help:"Look for what is wrong with the node and say what to do."`
	Limits   limitsCommand  `cmd:"" help:"Every bound the program keeps."`
	Version  versionCommand `cmd:"" help:"Which version this is."`
}

// world is what a command works with.
type world struct {
	ctx     context.Context
	in      io.Reader
	out     io.Writer
	err     io.Writer
	log     *slog.Logger
	version string
	data    string
	db      string
	master  string
}

// command runs one command and gives its exit code.
func command(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, version string) int {
	var g grammar
	code := -1
	parser, err := kong.New(&g, kong.Name("toadlane"), kong.Writers(out, errOut), kong.DefaultEnvars("TOADLANE"),
		kong.Description("Offers and wants of a co-op that neighbours and the fediverse can follow."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.Exit(func(c int) { code = c }))
	if err != nil {
		panic(err) // a mistake in the grammar
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(joinNegative(args))
	if code >= 0 { // --help
		return code
	}
	if err != nil {
		fmt.Fprintf(errOut, "toadlane: %s. Ask for help with: toadlane --help\n", strings.TrimSuffix(err.Error(), "."))
		return 2
	}
	w := &world{ctx: ctx, in: in, out: out, err: errOut, version: version, data: g.Data, db: g.DB, master: g.MasterKey}
	quiet := slog.LevelWarn
	if c := parsed.Command(); c == "serve" || c == "demo" {
		quiet = slog.LevelInfo
	}
	if c := parsed.Command(); c == "demo" {
		quiet = slog.LevelError
	}
	if g.Log != "" {
		_ = quiet.UnmarshalText([]byte(g.Log)) // the grammar lets only known words pass
	}
	w.log = slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: quiet}))
	err = parsed.Run(w)
	var u usage
	switch {
	case err == nil:
		return 0
	case errors.As(err, &u):
		fmt.Fprintf(errOut, "toadlane: %s\n", u)
		return 2
	default:
		var positional []string
		for _, p := range parsed.Selected().Positional {
			positional = append(positional, p.Name)
		}
		fmt.Fprintf(errOut, "toadlane: %s\n", sentence(err, w.data, positional...))
		return exitCode(err)
	}
}

// joinNegative writes "--lon -0.35" as "--lon=-0.35": half of the world lies west of Greenwich, and a value that begins with a
// hyphen would be taken for a flag.
func joinNegative(args []string) []string {
	var out []string
	for _, a := range args {
		if n := len(out); n > 0 && len(a) > 1 && a[0] == '-' && (a[1] >= '0' && a[1] <= '9' || a[1] == '.') &&
			strings.HasPrefix(out[n-1], "--") && !strings.Contains(out[n-1], "=") {
			out[n-1] += "=" + a
			continue
		}
		out = append(out, a)
	}
	return out
}

// usage is an error of whoever typed the command; it is a whole sentence.
type usage string

func (u usage) Error() string { return string(u) }

// open opens the node in the folder.
func (w *world) open() (*node.Node, error) { return node.Open(w.ctx, w.options()) }

func (w *world) options() node.Options {
	return node.Options{Dir: w.data, DB: w.db, MasterKey: w.master, Log: w.log, Version: w.version}
}

// ready opens the node and its co-op; commands that work on a co-op's things begin with it.
func (w *world) ready() (*node.Node, coop.Coop, error) {
	n, err := w.open()
	if err != nil {
		return nil, coop.Coop{}, err
	}
	c, err := n.CoopStore.Coop(w.ctx)
	if err != nil {
		_ = n.Close()
		if coop.ClassOf(err) == coop.NotFound {
			err = coop.Errorf(coop.NotFound, "coop.none", "%w", err)
		}
		return nil, c, err
	}
	return n, c, nil
}

func (w *world) say(format string, args ...any) { fmt.Fprintf(w.out, format+"\n", args...) }

// list writes rows for a person, or as JSON: one array of objects.
func list[T any](w *world, asJSON bool, rows []T, head string, line func(T) []any) error {
	if asJSON {
		if rows == nil {
			rows = []T{}
		}
		e := json.NewEncoder(w.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(rows)
	}
	t := tabwriter.NewWriter(w.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, strings.ReplaceAll(head, " ", "\t"))
	for _, r := range rows {
		for i, c := range line(r) {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			// What a stranger wrote must not move the cursor.
			fmt.Fprint(t, plainLine(fmt.Sprint(c)))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

func plainLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

type limitsCommand struct {
	JSON bool `help:"As JSON."`
}

type versionCommand struct{}

// Run prints the version.
func (*versionCommand) Run(w *world) error {
	w.say("toadlane %s", w.version)
	return nil
}
