// The calls with which a test drives the peer: POST /control/<name>, JSON in
// and out. Shapes are in API.md. A call that sends returns when everybody
// addressed has answered; "sent" lists each request Fedify made on the way.
import { parseNodeInfo } from "@fedify/fedify";
import {
  Accept, Announce, Block, Create, Delete, Flag, Follow, isActor, Like, Mention, Note, PUBLIC_COLLECTION, Reject,
  Tombstone, Undo, Update,
} from "@fedify/vocab";
import { proofOf, readAs } from "./inspect.mjs";
import { WHO } from "./world.mjs";

const DEFAULT_WAIT_MS = 10_000;
const MAX_WAIT_MS = 60_000;
const MAX_ITEMS = 200;

// Refusal is the caller's mistake or the other server's; status says which.
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function need(body, ...names) {
  for (const name of names) {
    if (typeof body[name] !== "string" || body[name] === "") throw new Refusal(400, `"${name}" is missing`);
  }
}

export function createControl({ world, inbox, loopback, incoming, stop }) {
  const { state, send, mint } = world;
  const ctx = () => world.context();
  const me = () => ctx().getActorUri(WHO);

  async function loaders() {
    const context = ctx();
    return {
      documentLoader: await context.getDocumentLoader({ identifier: WHO }),
      contextLoader: context.contextLoader,
    };
  }

  // lookUp finds an object or actor by address or handle, with a signed fetch.
  async function lookUp(what) {
    const { documentLoader } = await loaders();
    const found = await ctx().lookupObject(what, { documentLoader });
    if (found == null) throw new Refusal(502, `Fedify cannot find ${what}`);
    return found;
  }

  async function lookUpActor(what) {
    const actor = await lookUp(what);
    if (!isActor(actor) || actor.id == null) throw new Refusal(502, `Fedify does not read ${what} as an actor`);
    if (actor.inboxId == null) throw new Refusal(502, `Fedify finds no inbox on ${what}`);
    return actor;
  }

  // authorOf finds whom a reply, like or announce goes to.
  async function authorOf(body) {
    if (body.actor) return await lookUpActor(body.actor);
    const object = await lookUp(body.object);
    if (object.attributionId == null) throw new Refusal(502, `${body.object} has no attributedTo`);
    return await lookUpActor(object.attributionId.href);
  }

  async function describeActor(actor, raw) {
    const opts = await loaders();
    const methods = [];
    for await (const key of actor.getAssertionMethods(opts)) {
      methods.push({
        id: key.id?.href,
        controller: key.controllerId?.href,
        algorithm: key.publicKey?.algorithm?.name,
      });
    }
    const publicKey = await actor.getPublicKey(opts);
    return {
      id: actor.id.href,
      type: actor.constructor.name,
      preferredUsername: actor.preferredUsername?.toString(),
      name: actor.name?.toString(),
      summary: actor.summary?.toString(),
      url: actor.url?.href?.href ?? actor.url?.href,
      inbox: actor.inboxId?.href,
      outbox: actor.outboxId?.href,
      followers: actor.followersId?.href,
      following: actor.followingId?.href,
      sharedInbox: actor.endpoints?.sharedInbox?.href,
      manuallyApprovesFollowers: actor.manuallyApprovesFollowers,
      publicKey: publicKey && {
        id: publicKey.id?.href,
        owner: publicKey.ownerId?.href,
        algorithm: publicKey.publicKey?.algorithm?.name,
      },
      assertionMethods: methods,
      raw,
    };
  }

  async function fetchDocument(url) {
    const opts = await loaders();
    let remote;
    try {
      remote = await opts.documentLoader(url);
    } catch (error) {
      throw new Refusal(502, error.message);
    }
    const json = remote.document;
    const proof = await proofOf(json, opts);
    return { url: remote.documentUrl, json, readAs: await readAs(json, opts), proof: proof.verdict, proofDetail: proof };
  }

  async function getJson(url) {
    const response = await fetch(url, { headers: { accept: "application/json" } });
    if (!response.ok) throw new Refusal(502, `${url} answered ${response.status}`);
    return await response.json();
  }

  async function publish({ content, mention, replyTo, isPublic, name }) {
    const id = String(state.nextId++);
    const everyone = isPublic ? [PUBLIC_COLLECTION] : [];
    const note = new Note({
      id: world.url(`/notes/${id}`),
      attribution: me(),
      name,
      content,
      published: world.now(),
      replyTarget: replyTo == null ? undefined : new URL(replyTo),
      tos: isPublic ? everyone : [mention.id],
      ccs: isPublic ? [ctx().getFollowersUri(WHO), ...(mention ? [mention.id] : [])] : [],
      tags: mention ? [new Mention({ href: mention.id, name: `@${mention.preferredUsername}@${mention.id.host}` })] : [],
    });
    const row = { note, recipients: mention ? [mention] : [], toFollowers: isPublic };
    state.notes.set(id, row);
    const create = new Create({
      id: mint(Create), actor: me(), object: note, tos: note.toIds, ccs: note.ccIds, published: note.published,
    });
    if (isPublic) state.outbox.unshift(create);
    await send(ctx(), create, row);
    return { activity: create.id.href, note: note.id.href };
  }

  function ownNote(address) {
    for (const [id, row] of state.notes) if (row.note.id.href === address) return { id, row };
    throw new Refusal(404, `no note ${address} here`);
  }

  async function toOne(cls, actor, values, also = {}) {
    const activity = new cls({ id: mint(cls), actor: me(), to: actor.id, ...values });
    await send(ctx(), activity, { recipients: [actor], ...also });
    return { activity: activity.id.href };
  }

  async function undo(id) {
    const done = state.activities.get(id);
    if (done == null) throw new Refusal(404, `no activity ${id} here`);
    const activity = new Undo({
      id: mint(Undo), actor: me(), object: done.activity, tos: done.activity.toIds, ccs: done.activity.ccIds,
    });
    state.outbox = state.outbox.filter((item) => item.id.href !== id);
    await send(ctx(), activity, done);
    return { activity: activity.id.href };
  }

  async function answer(body, cls) {
    need(body, "actor");
    const row = state.followers.get(body.actor);
    if (row == null) throw new Refusal(404, `${body.actor} never asked to follow`);
    const activity = await world.answerFollow(ctx(), row, cls);
    return { activity: activity.id.href };
  }

  const calls = {
    async resolve(body) {
      need(body, "handle");
      const webfinger = await ctx().lookupWebFinger(
        body.handle.startsWith("http") ? body.handle : `acct:${body.handle.replace(/^@/, "")}`,
      );
      const actor = await lookUpActor(body.handle);
      const { json } = await fetchDocument(actor.id.href);
      return { actor: await describeActor(actor, json), webfinger };
    },
    async nodeinfo(body) {
      need(body, "url");
      // Fedify's getNodeInfo refuses private addresses and has no switch for it,
      // so the two steps are walked here and only the parser is Fedify's.
      const index = await getJson(new URL("/.well-known/nodeinfo", body.url));
      const link = index.links?.find(({ rel }) => rel?.startsWith("http://nodeinfo.diaspora.software/ns/schema/2."));
      if (link?.href == null) throw new Refusal(502, `${body.url} names no NodeInfo 2 document`);
      const nodeinfo = await getJson(link.href);
      return { nodeinfo, rel: link.rel, strict: parseNodeInfo(nodeinfo) != null };
    },
    async fetch(body) {
      need(body, "url");
      return await fetchDocument(body.url);
    },
    async collection(body) {
      need(body, "url");
      const opts = await loaders();
      const collection = await lookUp(body.url);
      const items = [];
      for await (const item of ctx().traverseCollection(collection, { ...opts, suppressError: false })) {
        items.push({ class: item.constructor.name, id: item.id?.href, json: await item.toJsonLd(opts) });
        if (items.length >= Math.min(body.limit ?? MAX_ITEMS, MAX_ITEMS)) break;
      }
      return { type: collection.constructor.name, totalItems: collection.totalItems, items };
    },

    async follow(body) {
      need(body, "actor");
      const actor = await lookUpActor(body.actor);
      const follow = new Follow({ id: mint(Follow), actor: me(), object: actor.id, to: actor.id });
      state.following.set(actor.id.href, { recipient: actor, follow, state: "pending" });
      await send(ctx(), follow, { recipients: [actor] });
      return { activity: follow.id.href, actor: actor.id.href };
    },
    async unfollow(body) {
      need(body, "actor");
      const row = state.following.get(body.actor) ?? state.following.get((await lookUpActor(body.actor)).id.href);
      if (row == null) throw new Refusal(404, `${body.actor} is not followed`);
      state.following.delete(row.recipient.id.href);
      return await undo(row.follow.id.href);
    },
    accept: (body) => answer(body, Accept),
    reject: (body) => answer(body, Reject),

    async post(body) {
      need(body, "content");
      const mention = body.mention ? await lookUpActor(body.mention) : undefined;
      return await publish({ content: body.content, name: body.name, mention, isPublic: true });
    },
    async reply(body) {
      need(body, "object", "content");
      const author = await authorOf(body);
      return await publish({
        content: body.content, mention: author, replyTo: body.object, isPublic: body.public === true,
      });
    },
    async edit(body) {
      need(body, "note", "content");
      const { row } = ownNote(body.note);
      row.note = row.note.clone({ content: body.content, updated: world.now() });
      const update = new Update({
        id: mint(Update), actor: me(), object: row.note, tos: row.note.toIds, ccs: row.note.ccIds,
        updated: row.note.updated,
      });
      await send(ctx(), update, row);
      return { activity: update.id.href, note: body.note };
    },
    async delete(body) {
      need(body, "note");
      const { row } = ownNote(body.note);
      row.deleted = new Tombstone({ id: row.note.id, deleted: world.now(), published: row.note.published });
      state.outbox = state.outbox.filter((item) => item.objectId?.href !== body.note);
      const gone = new Delete({
        id: mint(Delete), actor: me(), object: row.deleted, tos: row.note.toIds, ccs: row.note.ccIds,
      });
      await send(ctx(), gone, row);
      return { activity: gone.id.href, note: body.note };
    },
    async like(body) {
      need(body, "object");
      return await toOne(Like, await authorOf(body), { object: new URL(body.object), content: body.content });
    },
    async announce(body) {
      need(body, "object");
      const author = await authorOf(body);
      const announce = new Announce({
        id: mint(Announce), actor: me(), object: new URL(body.object), published: world.now(),
        tos: [PUBLIC_COLLECTION], ccs: [ctx().getFollowersUri(WHO), author.id],
      });
      state.outbox.unshift(announce);
      await send(ctx(), announce, { recipients: [author], toFollowers: true });
      return { activity: announce.id.href };
    },
    async undo(body) {
      need(body, "activity");
      return await undo(body.activity);
    },
    async block(body) {
      need(body, "actor");
      const actor = await lookUpActor(body.actor);
      state.followers.delete(actor.id.href);
      return await toOne(Block, actor, { object: actor.id });
    },
    async flag(body) {
      need(body, "object", "content");
      const author = await authorOf(body);
      return await toOne(Flag, author, { objects: [author.id, new URL(body.object)], content: body.content });
    },
    async profile(body) {
      need(body, "name");
      state.name = body.name;
      return await updateSelf();
    },
    async rotate() {
      await world.rotate();
      return await updateSelf();
    },

    followers: async () => ({ followers: rows(state.followers) }),
    following: async () => ({ following: rows(state.following) }),
    async received(body) {
      return { last: inbox.last(), received: inbox.since(body.since ?? 0) };
    },
    async wait(body) {
      const ms = Math.min(body.timeoutMs ?? DEFAULT_WAIT_MS, MAX_WAIT_MS);
      const activity = await inbox.wait(body, ms);
      if (activity != null) return { found: true, last: inbox.last(), activity };
      const brief = inbox.since(body.since ?? 0).map(({ seq, type, id, actor, status, object }) =>
        ({ seq, type, id, actor, status, object: object?.id }));
      return { found: false, last: inbox.last(), received: brief };
    },
    async requests(body) {
      const since = (log, from = 0) => ({ last: log.last, entries: log.entries.filter((entry) => entry.seq > from) });
      return { incoming: since(incoming, body.sinceIncoming), outgoing: since(loopback.outgoing, body.sinceOutgoing) };
    },
    async configure(body) {
      for (const key of Object.keys(body)) {
        if (!(key in state.settings)) throw new Refusal(400, `no setting "${key}"`);
      }
      if (![undefined, null, "cavage", "rfc9421"].includes(body.only)) {
        throw new Refusal(400, '"only" is "cavage", "rfc9421" or null');
      }
      Object.assign(state.settings, body);
      return { settings: state.settings };
    },
    async state() {
      return {
        base: state.base, actor: me().href, handle: `@${WHO}@${new URL(state.base).host}`,
        inbox: ctx().getInboxUri(WHO).href, sharedInbox: ctx().getInboxUri().href,
        settings: state.settings, followers: rows(state.followers), following: rows(state.following),
        notes: [...state.notes.values()].map((row) => ({ id: row.note.id.href, deleted: row.deleted != null })),
        last: inbox.last(), lastIncoming: incoming.last, lastOutgoing: loopback.outgoing.last,
      };
    },
    async shutdown() {
      setImmediate(stop);
      return { ok: true };
    },
  };

  function rows(map) {
    return [...map.values()].map((row) => ({
      actor: row.recipient.id.href, inbox: row.recipient.inboxId?.href, follow: row.follow.id.href, state: row.state,
    }));
  }

  // updateSelf tells the followers that the actor changed.
  async function updateSelf() {
    const context = world.federation.createContext(new Request(state.base), null);
    const actor = await context.getActor(WHO);
    const update = new Update({
      id: mint(Update), actor: me(), object: actor, tos: [PUBLIC_COLLECTION], ccs: [ctx().getFollowersUri(WHO)],
    });
    await send(ctx(), update, { toFollowers: true });
    return { activity: update.id.href };
  }

  // handle answers one control request: 200, 400 for a wrong call, 404 for
  // something that is not here, 502 when the other server refused or failed.
  return async function handle(name, body) {
    if (!Object.hasOwn(calls, name)) return { status: 404, json: { error: `no control call "${name}"` } };
    const { value, error, sent } = await loopback.watch(() => calls[name](body));
    if (error == null) return { status: 200, json: { ...value, sent } };
    const status = error instanceof Refusal ? error.status : 502;
    return { status, json: { error: error.message ?? String(error), sent } };
  };
}
