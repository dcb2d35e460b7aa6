// A Fedify server for Toad Lane's interop test. It prints one line of JSON when
// it is ready and is driven through /control; API.md has every call.
//
//   node peer.mjs [--port 0] [--host fedify.localhost] [--first-knock rfc9421|cavage]
//                 [--stay] [--log debug|info|warning|error|fatal]
//
// It ends when its standard input is closed (so it cannot outlive the test that
// started it; --stay turns that off), on SIGTERM, or by /control/shutdown.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { configure } from "@logtape/logtape";
import { formatAcceptSignature } from "@fedify/fedify";
import { createControl } from "./control.mjs";
import { createInbox } from "./inbox.mjs";
import { installLoopback, schemeOf } from "./loopback.mjs";
import { createWorld } from "./world.mjs";

const BODY_LIMIT = 4 << 20;
const LOG_LIMIT = 5000;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string" },
    host: { type: "string", default: "fedify.localhost" },
    "first-knock": { type: "string", default: "rfc9421" },
    stay: { type: "boolean", default: false },
    log: { type: "string", default: "fatal" },
  },
});
const port = Number(flags.port ?? positionals[0] ?? 0);
const firstKnock = { cavage: "draft-cavage-http-signatures-12", rfc9421: "rfc9421" }[flags["first-knock"]];
if (!Number.isInteger(port) || port < 0 || port > 65535 || firstKnock == null || !flags.host.endsWith(".localhost")) {
  process.stderr.write("peer.mjs: --port is 0 to 65535, --first-knock is rfc9421 or cavage, --host ends in .localhost\n");
  process.exit(2);
}

// Standard output carries the ready line and nothing else.
await configure({
  sinks: {
    stderr: (record) =>
      process.stderr.write(`${record.level} ${record.category.join(".")} ${record.message.map(String).join("")}\n`),
  },
  loggers: [
    { category: ["fedify"], lowestLevel: flags.log, sinks: ["stderr"] },
    { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["stderr"] },
  ],
});

const loopback = installLoopback();
const incoming = { last: 0, entries: [] };

async function readBody(message) {
  const chunks = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > BODY_LIMIT) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toRequest(message, body) {
  const headers = new Headers();
  for (let i = 0; i < message.rawHeaders.length; i += 2) headers.append(message.rawHeaders[i], message.rawHeaders[i + 1]);
  const hasBody = message.method !== "GET" && message.method !== "HEAD";
  return new Request(`http://${message.headers.host}${message.url}`, {
    method: message.method, headers, body: hasBody ? body : undefined,
  });
}

function json(status, value, type = "application/json") {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": type } });
}

// challenge is the answer to a signature of the kind that is not wanted just now.
function challenge(wanted, withHeader) {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  if (withHeader && wanted === "rfc9421") {
    headers["accept-signature"] = formatAcceptSignature([{
      label: "sig1",
      components: ["@method", "@target-uri", "@authority", "content-digest"].map((value) => ({ value, params: {} })),
      parameters: { created: true },
    }]);
  }
  return new Response(`Only ${wanted} signatures are taken here.`, { status: 401, headers });
}

function isInbox(request) {
  return request.method === "POST" && /^(\/users\/[^/]+)?\/inbox$/.test(new URL(request.url).pathname);
}

async function main() {
  let handler = async () => new Response(null, { status: 503 });
  const server = createServer(async (message, answer) => {
    let response;
    try {
      const body = await readBody(message);
      if (body == null) response = new Response("Too large.", { status: 413, headers: { connection: "close" } });
      else response = await handler(toRequest(message, body), body);
    } catch (error) {
      process.stderr.write(`peer.mjs: ${error?.stack ?? error}\n`);
      response = json(500, { error: String(error?.message ?? error) });
    }
    answer.writeHead(response.status, Object.fromEntries(response.headers));
    answer.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const bound = server.address().port;
  const base = `http://${flags.host}:${bound}`;

  function stop() {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 500).unref(); // a long poll may still hang on
  }

  const world = await createWorld({ base, firstKnock });
  const inbox = createInbox({ world });
  const control = createControl({ world, inbox, loopback, incoming, stop });

  async function route(request, body) {
    const url = new URL(request.url);
    if (isInbox(request)) {
      const only = url.searchParams.get("only") ?? world.state.settings.only;
      return await inbox.receive(request, body, {
        refuse: only != null && schemeOf(request.headers) !== only
          ? challenge(only, world.state.settings.challenge)
          : plannedAnswer(),
      });
    }
    const note = [...world.state.notes.values()].find((row) => row.note.id.href === url.origin + url.pathname);
    if (note?.deleted) return json(410, await note.deleted.toJsonLd(world.context()), "application/activity+json");
    return await world.federation.fetch(request, { contextData: null });
  }

  // plannedAnswer is an answer a test has asked for in place of Fedify's, so
  // that retries and giving up can be seen: {status, times, retryAfter}.
  function plannedAnswer() {
    const plan = world.state.settings.answer;
    if (plan == null || plan.times <= 0) return null;
    plan.times--;
    const headers = plan.retryAfter == null ? {} : { "retry-after": String(plan.retryAfter) };
    return new Response("As the test asked.", { status: plan.status, headers });
  }

  handler = async (request, body) => {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/control/")) {
      if (request.method !== "POST") return json(405, { error: "control calls are POST" });
      let parsed;
      try {
        parsed = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
      } catch (error) {
        return json(400, { error: error.message });
      }
      if (parsed == null || typeof parsed !== "object" || Array.isArray(parsed)) {
        return json(400, { error: "the body is a JSON object" });
      }
      const { status, json: value } = await control(pathname.slice("/control/".length), parsed);
      return json(status, value);
    }
    const entry = {
      seq: ++incoming.last, method: request.method, path: pathname + search, scheme: schemeOf(request.headers),
      accept: request.headers.get("accept"), userAgent: request.headers.get("user-agent"), status: 0,
    };
    incoming.entries.push(entry);
    if (incoming.entries.length > LOG_LIMIT) incoming.entries.shift();
    const response = await route(request, body);
    entry.status = response.status;
    return response;
  };

  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (!flags.stay) process.stdin.on("end", stop).on("error", stop).resume();
  process.stdout.write(`${JSON.stringify({
    port: bound, base, actor: `${base}/users/alice`, handle: `@alice@${flags.host}:${bound}`, fedify: "2.3.6",
    node: process.version, pid: process.pid,
  })}\n`);
}

await main();
