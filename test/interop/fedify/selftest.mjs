// Two peers against each other, to know that the peer works before anything
// else is tried on it. Exits 0 when every step held, 1 with the first that did
// not, and never takes longer than the deadline.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const DEADLINE_MS = 120_000;
const PEER = fileURLToPath(new URL("./peer.mjs", import.meta.url));
const children = [];
setTimeout(() => fail(new Error(`not done after ${DEADLINE_MS} ms`)), DEADLINE_MS).unref();

function fail(error) {
  process.stderr.write(`FAIL ${error.stack}\n`);
  for (const child of children) child.kill();
  process.exit(1);
}

async function start(...args) {
  const child = spawn(process.execPath, [PEER, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const ready = JSON.parse(line);
  const call = (name, body = {}) => post(ready.port, `/control/${name}`, body);
  return { ...ready, child, call };
}

// post speaks to 127.0.0.1 whatever the name, as the Go side does.
function post(port, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path, method: "POST" }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode, json: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    request.on("error", reject).end(JSON.stringify(body));
  });
}

// unsigned fetches a document as a stranger who does not sign.
async function unsigned(peer, url) {
  const { host, pathname } = new URL(url);
  const options = { host: "127.0.0.1", port: peer.port, path: pathname, headers: { host, accept: "application/activity+json" } };
  const response = await new Promise((resolve, reject) => http.get(options, resolve).on("error", reject));
  response.resume();
  return response.statusCode;
}

// resend posts a body under chosen headers, as somebody who copied a delivery would.
async function resend(peer, path, headers, body) {
  const text = JSON.stringify(body);
  const kept = Object.entries(headers).filter(([name]) => !["connection", "transfer-encoding", "content-length"].includes(name));
  const options = {
    host: "127.0.0.1", port: peer.port, path, method: "POST",
    headers: { ...Object.fromEntries(kept), "content-length": Buffer.byteLength(text) },
  };
  const response = await new Promise((resolve, reject) =>
    http.request(options, resolve).on("error", reject).end(text));
  response.resume();
  return response.statusCode;
}

async function step(name, work) {
  const began = performance.now();
  await work();
  process.stdout.write(`ok   ${name} (${Math.round(performance.now() - began)} ms)\n`);
}

async function ok(peer, name, body) {
  const { status, json } = await peer.call(name, body);
  assert.equal(status, 200, `${name}: ${JSON.stringify(json)}`);
  return json;
}

async function arrives(peer, want) {
  const { found, activity, received } = await ok(peer, "wait", { timeoutMs: 5000, ...want });
  assert.ok(found, `${JSON.stringify(want)} never came; came: ${JSON.stringify(received)}`);
  return activity;
}

const verified = (entry) => ({
  httpSignature: entry.httpSignature, ownerMatches: entry.ownerMatches, proof: entry.proof, status: entry.status,
});
const TRUE = { httpSignature: true, ownerMatches: true, proof: "valid", status: 202 };

async function run() {
  // East knocks with RFC 9421 first, west with draft-cavage.
  const [east, west] = await Promise.all([
    start("--host", "fedify.localhost"),
    start("--host", "west.localhost", "--first-knock", "cavage"),
  ]);

  await step("resolve by handle", async () => {
    const { actor, webfinger } = await ok(east, "resolve", { handle: west.handle });
    assert.equal(actor.id, west.actor);
    assert.equal(actor.type, "Person");
    assert.deepEqual(actor.assertionMethods.map((key) => key.algorithm), ["RSASSA-PKCS1-v1_5", "Ed25519"]);
    assert.equal(webfinger.subject, `acct:${west.handle.slice(1)}`);
    const { nodeinfo, strict } = await ok(east, "nodeinfo", { url: west.base });
    assert.ok(strict);
    assert.equal(nodeinfo.software.name, "fedify-interop-peer");
  });

  await step("resolving a stranger fails with a sentence", async () => {
    const { status, json } = await east.call("resolve", { handle: "@nobody@west.localhost:" + west.port });
    assert.equal(status, 502);
    assert.match(json.error, /cannot find/);
  });

  await step("follow, both ways", async () => {
    const { activity } = await ok(east, "follow", { actor: west.handle });
    assert.deepEqual(verified(await arrives(west, { id: activity })), TRUE);
    await arrives(east, { type: "Accept" });
    const back = await ok(west, "follow", { actor: east.actor });
    assert.equal((await arrives(east, { id: back.activity })).scheme, "cavage");
    await arrives(west, { type: "Accept" });
    for (const [peer, other] of [[east, west], [west, east]]) {
      assert.deepEqual((await ok(peer, "followers")).followers.map((row) => [row.actor, row.state]), [[other.actor, "accepted"]]);
      assert.deepEqual((await ok(peer, "following")).following.map((row) => [row.actor, row.state]), [[other.actor, "accepted"]]);
    }
  });

  let note;
  await step("post, edit: delivered, fetchable, proofs verified", async () => {
    const posted = await ok(west, "post", { content: "<p>Bread on Mondays</p>" });
    note = posted.note;
    const create = await arrives(east, { type: "Create", object: note });
    assert.deepEqual(verified(create), TRUE);
    assert.equal(create.path, "/inbox");
    assert.equal(create.objectReadAs.class, "Note");
    assert.equal((await ok(east, "fetch", { url: note })).json.content, "<p>Bread on Mondays</p>");
    assert.equal((await ok(east, "fetch", { url: create.id })).readAs.class, "Create");
    await ok(west, "edit", { note, content: "<p>Bread on Tuesdays</p>" });
    assert.deepEqual(verified(await arrives(east, { type: "Update", object: note })), TRUE);
    const refetched = await ok(east, "fetch", { url: note });
    assert.equal(refetched.json.content, "<p>Bread on Tuesdays</p>");
    assert.equal(refetched.proof, "none");
  });

  await step("public reply", async () => {
    const { note: reply } = await ok(east, "reply", { object: note, content: "<p>Rye too?</p>", public: true });
    const create = await arrives(west, { type: "Create", inReplyTo: note });
    assert.equal(create.object.id, reply);
    assert.deepEqual(verified(create), TRUE);
  });

  await step("direct message, readable by nobody else", async () => {
    const { note: letter } = await ok(east, "reply", { object: note, actor: west.actor, content: "<p>Psst</p>", public: false });
    const create = await arrives(west, { type: "Create", object: letter });
    assert.equal(create.object.to, west.actor);
    assert.equal(create.object.cc, undefined);
    assert.equal(create.path, "/users/alice/inbox");
    assert.equal((await ok(west, "fetch", { url: letter })).json.content, "<p>Psst</p>");
    assert.equal(await unsigned(east, letter), 401);
  });

  await step("like, announce, undo, flag", async () => {
    const like = await ok(east, "like", { object: note });
    assert.deepEqual(verified(await arrives(west, { type: "Like", object: note })), TRUE);
    await ok(east, "announce", { object: note });
    assert.deepEqual(verified(await arrives(west, { type: "Announce", object: note })), TRUE);
    await ok(east, "undo", { activity: like.activity });
    await arrives(west, { type: "Undo", object: like.activity });
    await ok(east, "flag", { object: note, content: "stale" });
    await arrives(west, { type: "Flag" });
  });

  await step("outbox in pages", async () => {
    for (let i = 0; i < 7; i++) await ok(west, "post", { content: `<p>${i}</p>` });
    const { actor } = await ok(east, "resolve", { handle: west.handle });
    const { items, totalItems, type } = await ok(east, "collection", { url: actor.outbox });
    assert.equal(type, "OrderedCollection");
    assert.equal(totalItems, 8);
    assert.equal(items.length, 8);
    assert.equal(items[0].json.object.content, "<p>6</p>");
  });

  await step("the wrong scheme gets 401, and a second knock", async () => {
    await ok(west, "configure", { only: "cavage" });
    const since = (await ok(west, "state")).last;
    // East has learnt that west takes RFC 9421, so it knocks with that first.
    const { sent } = await ok(east, "post", { content: "<p>knock</p>" });
    assert.deepEqual(sent.filter((entry) => entry.method === "POST").map((entry) => [entry.scheme, entry.status]),
      [["rfc9421", 401], ["cavage", 202]]);
    const { received } = await ok(west, "received", { since });
    assert.deepEqual(received.map((entry) => [entry.scheme, entry.status, entry.httpSignature, entry.byFedify]),
      [["rfc9421", 401, true, false], ["cavage", 202, true, true]]);
    await ok(west, "configure", { only: null });

    await ok(east, "configure", { only: "rfc9421", challenge: true });
    const back = await ok(west, "post", { content: "<p>knock</p>" });
    assert.deepEqual(back.sent.filter((entry) => entry.method === "POST").map((entry) => [entry.scheme, entry.status]),
      [["cavage", 401], ["rfc9421", 202]]);
    await ok(east, "configure", { only: null, challenge: false });
  });

  await step("authorised fetch: unsigned refused, signed served", async () => {
    await ok(west, "configure", { authorizedFetch: true });
    assert.equal(await unsigned(west, note), 401);
    assert.equal(await unsigned(west, west.actor), 401);
    assert.equal((await ok(east, "fetch", { url: note })).json.id, note);
    const { actor } = await ok(east, "resolve", { handle: west.handle });
    assert.equal(actor.id, west.actor);
    await ok(west, "configure", { authorizedFetch: false });
  });

  await step("planned answers, and a delivery that fails", async () => {
    await ok(west, "configure", { answer: { status: 503, times: 2, retryAfter: 1 } });
    const { status, json } = await east.call("like", { object: note, actor: west.actor });
    assert.equal(status, 502);
    assert.deepEqual(json.sent.filter((entry) => entry.method === "POST").map((entry) => entry.status), [503, 503]);
    await ok(west, "configure", { answer: null });
  });

  await step("a tampered copy, with a false signature, is refused", async () => {
    const { received } = await ok(east, "received");
    const create = received.find((entry) => entry.type === "Create");
    const before = (await ok(east, "state")).last;
    const forged = { ...create.raw, id: `${create.id}-forged`, summary: "tampered" };
    assert.equal(await resend(east, "/inbox", create.headers, forged), 401);
    const { activity } = await ok(east, "wait", { since: before, anyStatus: true });
    assert.deepEqual([activity.httpSignature, activity.proof, activity.handled], [false, "invalid", null]);
  });

  await step("Fedify takes a valid proof without any HTTP signature", async () => {
    const { received, last } = await ok(east, "received");
    const create = received.find((entry) => entry.type === "Create" && entry.path === "/inbox");
    const { host } = create.headers;
    const headers = { host, "content-type": "application/activity+json" };
    assert.equal(await resend(east, "/users/alice/inbox", headers, create.raw), 202);
    const { activity } = await ok(east, "wait", { since: last });
    assert.deepEqual([activity.scheme, activity.httpSignature, activity.proof, activity.handled], ["none", false, "valid", "Create"]);
    const { proof, ...bare } = create.raw;
    delete bare.signature;
    assert.equal(await resend(east, "/users/alice/inbox", headers, { ...bare, id: `${bare.id}-bare` }), 401);
  });

  await step("held follows: pending, rejected, accepted", async () => {
    await ok(east, "unfollow", { actor: west.actor });
    await arrives(west, { type: "Undo", objectType: "Follow" });
    assert.deepEqual((await ok(west, "followers")).followers, []);
    await ok(west, "configure", { approveFollows: true });
    await ok(east, "follow", { actor: west.actor });
    assert.equal((await ok(west, "followers")).followers[0].state, "pending");
    await ok(west, "reject", { actor: east.actor });
    await arrives(east, { type: "Reject" });
    assert.equal((await ok(east, "following")).following[0].state, "rejected");
    await ok(west, "configure", { approveFollows: false });
    await ok(east, "follow", { actor: west.actor });
    assert.equal((await ok(west, "followers")).followers[0].state, "accepted");
  });

  await step("new keys under old ids", async () => {
    await ok(west, "rotate");
    await ok(west, "post", { content: "<p>new keys</p>" });
    const last = (await ok(east, "received")).received.at(-1);
    assert.deepEqual(verified(last), TRUE);
    assert.equal(last.handled, "Create");
  });

  await step("delete: Tombstone and 410", async () => {
    await ok(west, "delete", { note });
    const gone = await arrives(east, { type: "Delete", object: note });
    assert.equal(gone.object.type, "Tombstone");
    const { status, json } = await east.call("fetch", { url: note });
    assert.equal(status, 502);
    assert.match(json.error, /410/);
  });

  await step("block ends it", async () => {
    await ok(west, "block", { actor: east.actor });
    await arrives(east, { type: "Block", object: east.actor });
    assert.deepEqual((await ok(west, "followers")).followers, []);
    assert.deepEqual((await ok(east, "following")).following, []);
  });

  await step("nothing asked for a page outside this machine", async () => {
    for (const peer of [east, west]) {
      const { outgoing } = await ok(peer, "requests");
      assert.deepEqual(outgoing.entries.filter((entry) => entry.error), []);
    }
  });

  await step("wait gives up in time; shutdown and closed input end the process", async () => {
    const { found } = await ok(east, "wait", { type: "Move", timeoutMs: 50 });
    assert.equal(found, false);
    const ends = Promise.all([once(east.child, "exit"), once(west.child, "exit")]);
    await ok(east, "shutdown");
    west.child.stdin.end();
    for (const [code] of await ends) assert.equal(code, 0);
  });
}

await run().catch(fail);
