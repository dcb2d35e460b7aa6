// Every activity that arrives: judged, handed to Fedify, written down, and
// announced to whoever waits for it. Fedify gets each request untouched; the
// judgements beside it never change its answer.
import { detachSignature } from "@fedify/fedify";
import { ownerMatches, proofOf, readAs, signatureOf, withContext } from "./inspect.mjs";
import { WHO } from "./world.mjs";

function first(value) {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "object" && one != null ? one.id : one;
}

// objectOf gives the embedded object as it came, or its id alone.
function objectOf(raw) {
  if (typeof raw?.object === "string") return { id: raw.object };
  if (Array.isArray(raw?.object)) return { id: first(raw.object), all: raw.object };
  return raw?.object ?? undefined;
}

function parse(body) {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

export function createInbox({ world }) {
  const entries = [];
  const waiting = new Set();

  function matches(entry, want) {
    if (entry.seq <= (want.since ?? 0)) return false;
    if (!want.anyStatus && !(entry.status >= 200 && entry.status < 300)) return false;
    if (want.status != null && entry.status !== want.status) return false;
    for (const key of ["type", "id", "actor"]) if (want[key] != null && entry[key] !== want[key]) return false;
    if (want.object != null && entry.object?.id !== want.object) return false;
    if (want.objectType != null && entry.object?.type !== want.objectType) return false;
    if (want.inReplyTo != null && first(entry.object?.inReplyTo) !== want.inReplyTo) return false;
    return true;
  }

  function record(entry) {
    entry.seq = entries.length + 1;
    entries.push(entry);
    for (const waiter of [...waiting]) {
      if (matches(entry, waiter.want)) waiter.settle(entry);
    }
  }

  async function judge(request, raw) {
    const context = world.context();
    const loaders = {
      documentLoader: await context.getDocumentLoader({ identifier: WHO }),
      contextLoader: context.contextLoader,
    };
    const signature = await signatureOf(request, loaders);
    const document = raw == null ? null : detachSignature(raw);
    const proof = await proofOf(raw, loaders);
    const embedded = withContext(raw?.object, raw ?? {});
    const objectProof = await proofOf(embedded, loaders);
    return {
      httpSignature: signature.valid,
      scheme: signature.scheme,
      keyId: signature.keyId,
      signatureReason: signature.reason,
      ownerMatches: signature.valid && document != null && await ownerMatches(document, signature.key, loaders),
      proof: proof.verdict,
      proofDetail: proof,
      objectProof: objectProof.verdict,
      objectProofDetail: objectProof,
      readAs: await readAs(document, loaders),
      objectReadAs: await readAs(embedded, loaders),
    };
  }

  return {
    last: () => entries.length,
    since: (seq) => entries.filter((entry) => entry.seq > seq),

    // receive answers one POST to an inbox. refuse is an answer to give in
    // Fedify's place, or null.
    async receive(request, body, { refuse }) {
      const raw = parse(body);
      const url = new URL(request.url);
      const entry = {
        seq: 0,
        path: url.pathname + url.search,
        type: first(raw?.type),
        id: raw?.id,
        actor: first(raw?.actor),
        ...(await judge(request, raw)),
        object: objectOf(raw),
        handled: null,
        duplicate: false,
        bytes: body.length,
        headers: Object.fromEntries(request.headers),
        raw,
      };
      let response = refuse;
      if (response == null) {
        try {
          response = await world.federation.fetch(request, { contextData: entry });
        } catch (error) {
          entry.trouble = String(error?.message ?? error);
          response = new Response("Fedify threw.", { status: 500 });
        }
      }
      const text = await response.clone().text();
      entry.status = response.status;
      entry.answer = text;
      entry.byFedify = refuse == null;
      entry.duplicate = text.includes("already been processed");
      record(entry);
      return response;
    },

    // wait returns the first matching entry, now or within ms, or null.
    wait(want, ms) {
      const known = entries.find((entry) => matches(entry, want));
      if (known != null) return Promise.resolve(known);
      return new Promise((resolve) => {
        const waiter = {
          want,
          settle(entry) {
            clearTimeout(timer);
            waiting.delete(waiter);
            resolve(entry);
          },
        };
        const timer = setTimeout(() => waiter.settle(null), ms);
        waiting.add(waiter);
      });
    },
  };
}
