package folder

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/handbook"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if _, err := exec.LookPath("git"); err != nil && os.Getenv("TOADLANE_TEST_ALL") == "" {
		fmt.Println("left out: histories, which are read with git; `make test` installs it")
		if err := flag.Set("test.skip", "History$"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// repo is a repository to be read, made command by command.
type repo struct {
	*testing.T
	dir string
	at  int
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	r := &repo{T: t, dir: t.TempDir(), at: 1_500_000_000}
	r.git("init", "--quiet", "--initial-branch=trunk")
	return r
}

func (r *repo) git(args ...string) string {
	r.Helper()
	r.at += 60
	when := fmt.Sprintf("@%d +0000", r.at)
	c := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=Ana <Baker>", "-c", "user.email=ana@bakery.example", "-c", "commit.gpgSign=false"}, args...)...)
	c.Env = append(withoutGit(os.Environ()), "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when, "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := c.CombinedOutput()
	if err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (r *repo) write(name, text string) {
	r.Helper()
	file := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.Fatal(err)
	}
}

func (r *repo) commit(words string) {
	r.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", words)
}

// told is a history in short: each text's last line, its number where it was the page's own, and the texts it comes from.
func told(p Page) (out []string) {
	ids := map[handbook.RevisionID]string{}
	for _, t := range p.Texts {
		r, _ := handbook.NewRevision(t.Name, t.Source, t.Parents...)
		lines := strings.Split(strings.TrimSpace(t.Source), "\n")
		name := lines[len(lines)-1]
		s := name + " <"
		for _, id := range t.Parents {
			s += " " + ids[id]
		}
		if !t.Own {
			s += " (beside)"
		}
		ids[r.ID] = name
		out = append(out, s+" | "+t.Reason)
	}
	return out
}

const top = "# Pay\n\nall\n\nof\n\nthis\n\nstays as it is\n\n"

func TestHistory(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write("pay.md", top+"one\n")
	r.write("logo.png", "x")
	r.write("gone.md", "gone")
	r.commit("Begin")
	r.write("pay.md", "---\nkind: rule\n---\n"+top+"one\n")
	r.commit("Only settings")
	r.git("checkout", "--quiet", "-b", "side")
	r.write("pay.md", top+"side\n")
	r.commit("Beside")
	r.git("checkout", "--quiet", "trunk")
	r.write("other.md", "# Other\n")
	r.git("rm", "--quiet", "gone.md")
	r.commit("Another page")
	r.git("merge", "--quiet", "--no-ff", "--message", "Take it as it is", "side")
	r.git("mv", "pay.md", "fair pay.md")
	r.commit("Another name")
	r.git("checkout", "--quiet", "-b", "second")
	r.write("fair pay.md", top+"second\n")
	r.commit("A second way")
	r.git("checkout", "--quiet", "trunk")
	r.write("fair pay.md", top+"third\n")
	r.commit("A third way")
	r.git("merge", "--quiet", "--no-ff", "--no-commit", "--strategy=ours", "second")
	r.write("fair pay.md", "---\nkind: rule\n---\n"+top+"both\n")
	r.commit("Both")
	r.write("fair pay.md", "---\nkind: rule\n---\n"+top+"third\n")
	r.commit("Back")

	f, err := reader().Git(t.Context(), r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Pages) != 2 || f.Pages[0].Path != "fair pay.md" || f.Pages[0].Start.Slug != "fair-pay" || f.Pages[0].Start.Kind != handbook.Rule || f.Pages[1].Path != "other.md" && f.Pages[1].Start.Slug != "other" {
		t.Fatalf("%+v", f.Pages)
	}
	want := []string{"one < | Begin", "side < one | Beside", "second < side (beside) | A second way", "third < side | A third way",
		"both < third second | Both", "third < both | Back"}
	got := told(f.Pages[0])
	if i := strings.Index(strings.Join(got, ","), "second <"); i > strings.Index(strings.Join(got, ","), "third <") {
		got[2], got[3] = got[3], got[2] // neither comes from the other
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"Ana Baker"}, f.Pages[0].Authors); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Left{{"logo.png", NoMarkdown}}, f.Left); d != "" {
		t.Error(d)
	}
	if y := f.Pages[0].Texts[0].Made.Year(); y != 2017 {
		t.Errorf("the first text is of %d", y)
	}
}

// A folder that is none of git's, and one without a commit, are refused with what git says.
func TestNoHistory(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	if _, err := reader().Git(t.Context(), r.dir); coop.KeyOf(err) != "git.failed" {
		t.Errorf("a history without a commit: %v", err)
	}
	if _, err := reader().Git(t.Context(), filepath.Join(r.dir, "nowhere")); coop.KeyOf(err) != "git.failed" {
		t.Errorf("no folder: %v", err)
	}
}
