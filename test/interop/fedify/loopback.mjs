// Keeps a peer on this machine. Names under .localhost are 127.0.0.1 whatever
// the resolver thinks, every other host is refused, and each request that
// leaves is written down, so that a test can see how often Fedify knocked,
// with which signature, and whether a document made it want a stranger's page.
import dns from "node:dns";
import { AsyncLocalStorage } from "node:async_hooks";

const LOG_LIMIT = 5000;

function isLocal(hostname) {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "127.0.0.1";
}

// schemeOf names the signature a message carries. RFC 9421 is recognised by
// Signature-Input, which draft-cavage does not have.
export function schemeOf(headers) {
  if (headers.has("signature-input")) return "rfc9421";
  if (headers.has("signature")) return "cavage";
  return "none";
}

// installLoopback replaces dns.lookup and the global fetch, both of which
// Fedify uses, and returns the log of what was sent.
export function installLoopback() {
  const outgoing = { last: 0, entries: [] };
  const during = new AsyncLocalStorage();

  dns.lookup = (hostname, options, callback) => {
    if (typeof options === "function") [options, callback] = [{}, options];
    if (!isLocal(hostname)) {
      const error = new Error(`${hostname} is not on this machine`);
      error.code = "ENOTFOUND";
      process.nextTick(callback, error);
    } else if (options?.all) {
      process.nextTick(callback, null, [{ address: "127.0.0.1", family: 4 }]);
    } else {
      process.nextTick(callback, null, "127.0.0.1", 4);
    }
  };

  const realFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    let request = new Request(input, init);
    const url = new URL(request.url);
    const entry = {
      seq: ++outgoing.last,
      method: request.method,
      url: url.href,
      scheme: schemeOf(request.headers),
      status: 0,
    };
    outgoing.entries.push(entry);
    if (outgoing.entries.length > LOG_LIMIT) outgoing.entries.shift();
    during.getStore()?.push(entry);
    if (!isLocal(url.hostname)) {
      entry.error = "refused: not on this machine";
      throw new TypeError(`fetch of ${url.href} refused: it is not on this machine`);
    }
    // WebFinger by handle is always asked over https; loopback peers speak http.
    if (url.protocol === "https:") {
      url.protocol = "http:";
      request = new Request(url, request);
    }
    try {
      const response = await realFetch(request);
      entry.status = response.status;
      return response;
    } catch (error) {
      entry.error = String(error.cause ?? error);
      throw error;
    }
  };

  // watch runs a piece of work and returns what it sent, in order.
  async function watch(work) {
    const sent = [];
    try {
      return { value: await during.run(sent, work), sent };
    } catch (error) {
      return { error, sent };
    }
  }
  return { outgoing, watch };
}
