// The Fedify server proper: one person, alice, with everything a small
// ActivityPub application has. State lives in memory and dies with the process.
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import {
  Accept, Activity, Add, Announce, Block, Create, Delete, EmojiReact, Endpoints, Flag, Follow, Like, Move,
  Note, Offer, Person, PUBLIC_COLLECTION, Reject, Remove, Undo, Update,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

export const WHO = "alice";
const PAGE_SIZE = 5; // small, so that a handful of posts already makes several pages
const RSA_BITS = 2048; // what Mastodon makes; Fedify's own default of 4096 costs seconds

const SERVED = [Create, Update, Delete, Follow, Accept, Reject, Undo, Announce, Like, Block, Flag];
const HEARD = [...SERVED, EmojiReact, Offer, Add, Remove, Move];

async function makeKeyPairs() {
  const rsa = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", modulusLength: RSA_BITS, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    true,
    ["sign", "verify"],
  );
  return [rsa, await generateCryptoKeyPair("Ed25519")];
}

// activityPath is where activities of one class live: Fedify wants a path per class.
function activityPath(cls) {
  return `/activities/${cls.name.toLowerCase()}`;
}

// pageOf cuts one page out of a newest-first list; the cursor is an offset.
function pageOf(items, cursor) {
  if (cursor == null) return { items };
  const from = Number.parseInt(cursor, 10);
  const until = from + PAGE_SIZE;
  return { items: items.slice(from, until), nextCursor: until < items.length ? String(until) : null };
}

export async function createWorld({ base, firstKnock }) {
  const state = {
    base,
    name: "Alice",
    keyPairs: await makeKeyPairs(),
    settings: { only: null, challenge: false, authorizedFetch: false, approveFollows: false, answer: null },
    followers: new Map(), // actor id -> { recipient, follow, state: "accepted" | "pending" }
    following: new Map(), // actor id -> { recipient, follow, state: "pending" | "accepted" | "rejected" }
    notes: new Map(), // path id -> { note, recipients, toFollowers, deleted }
    activities: new Map(), // id -> { activity, recipients, toFollowers }
    outbox: [], // public Create and Announce, newest first
    nextId: 1,
  };

  const federation = createFederation({
    kv: new MemoryKvStore(),
    origin: base,
    allowPrivateAddress: true, // every peer of the test is on loopback
    firstKnock,
    // No queue: a control call returns when the other server has answered, and
    // nothing is retried behind the test's back.
  });

  const url = (path) => new URL(path, base);

  // mayRead: public things for everybody (or everybody who signs), the rest
  // for those whom they are addressed to.
  async function mayRead(ctx, thing) {
    const audience = [...(thing?.toIds ?? []), ...(thing?.ccIds ?? [])].map((id) => id.href);
    const open = audience.includes(PUBLIC_COLLECTION.href);
    if (open && !state.settings.authorizedFetch) return true;
    const owner = await ctx.getSignedKeyOwner();
    if (owner?.id == null) return false;
    return open || audience.includes(owner.id.href);
  }
  const mayAsk = async (ctx) => !state.settings.authorizedFetch || (await ctx.getSignedKeyOwner()) != null;

  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (identifier !== WHO) return null;
      const keys = await ctx.getActorKeyPairs(identifier);
      return new Person({
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: state.name,
        summary: "<p>A neighbour who runs Fedify.</p>",
        url: ctx.getActorUri(identifier),
        inbox: ctx.getInboxUri(identifier),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        following: ctx.getFollowingUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        manuallyApprovesFollowers: state.settings.approveFollows,
        discoverable: true,
        publicKey: keys[0].cryptographicKey,
        assertionMethods: keys.map((key) => key.multikey),
      });
    })
    .mapHandle((_ctx, username) => (username === WHO ? WHO : null))
    .setKeyPairsDispatcher((_ctx, identifier) => (identifier === WHO ? state.keyPairs : []))
    .authorize(mayAsk);

  const accepted = (map) => [...map.values()].filter((row) => row.state === "accepted").reverse();
  federation
    .setFollowersDispatcher("/users/{identifier}/followers", (_ctx, identifier, cursor) =>
      identifier === WHO ? pageOf(accepted(state.followers).map((row) => row.recipient), cursor) : null)
    .setCounter(() => accepted(state.followers).length)
    .setFirstCursor(() => "0")
    .authorize(mayAsk);
  federation
    .setFollowingDispatcher("/users/{identifier}/following", (_ctx, identifier, cursor) =>
      identifier === WHO ? pageOf(accepted(state.following).map((row) => row.recipient.id), cursor) : null)
    .setCounter(() => accepted(state.following).length)
    .setFirstCursor(() => "0")
    .authorize(mayAsk);
  federation
    .setOutboxDispatcher("/users/{identifier}/outbox", (_ctx, identifier, cursor) =>
      identifier === WHO ? pageOf(state.outbox, cursor) : null)
    .setCounter(() => state.outbox.length)
    .setFirstCursor(() => "0")
    .authorize(mayAsk);

  federation
    .setObjectDispatcher(Note, "/notes/{id}", (_ctx, { id }) => state.notes.get(id)?.note ?? null)
    .authorize((ctx, { id }) => mayRead(ctx, state.notes.get(id)?.note));
  for (const cls of SERVED) {
    const find = (id) => state.activities.get(url(`${activityPath(cls)}/${id}`).href)?.activity ?? null;
    federation
      .setObjectDispatcher(cls, `${activityPath(cls)}/{id}`, (_ctx, { id }) => find(id))
      .authorize((ctx, { id }) => mayRead(ctx, find(id)));
  }

  federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: "fedify-interop-peer", version: "2.3.6", homepage: new URL("https://fedify.dev/") },
    protocols: ["activitypub"],
    usage: { users: { total: 1, activeMonth: 1, activeHalfyear: 1 }, localPosts: state.notes.size, localComments: 0 },
  }));

  // ---- what arrives -------------------------------------------------------

  const hear = {
    async Follow(ctx, follow) {
      if (ctx.parseUri(follow.objectId)?.identifier !== WHO || follow.id == null) return;
      const actor = await follow.getActor(ctx);
      if (actor?.id == null || actor.inboxId == null) return;
      const row = { recipient: actor, follow, state: state.settings.approveFollows ? "pending" : "accepted" };
      state.followers.set(actor.id.href, row);
      if (row.state === "accepted") await answerFollow(ctx, row, Accept);
    },
    async Undo(ctx, undo) {
      const undone = await undo.getObject({ ...ctx, crossOrigin: "trust" });
      const row = state.followers.get(undo.actorId?.href);
      const byId = row != null && undo.objectId?.href === row.follow.id?.href;
      if (byId || undone instanceof Follow) state.followers.delete(undo.actorId?.href);
    },
    Accept(_ctx, accept) {
      settleFollow(accept, "accepted");
    },
    Reject(_ctx, reject) {
      settleFollow(reject, "rejected");
    },
    Block(_ctx, block) {
      // What a polite server does: whoever blocked us no longer gets our mail.
      state.followers.delete(block.actorId?.href);
      state.following.delete(block.actorId?.href);
    },
  };

  // settleFollow takes the Follow by its id or by the actor who answers.
  function settleFollow(answer, verdict) {
    const row = state.following.get(answer.actorId?.href);
    if (row != null && (answer.objectId == null || answer.objectId.href === row.follow.id.href)) row.state = verdict;
  }

  const listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  listeners.setSharedKeyDispatcher(() => ({ identifier: WHO }));
  for (const cls of [...HEARD, Activity]) {
    listeners.on(cls, async (ctx, activity) => {
      const entry = ctx.data;
      if (entry != null) entry.handled = cls.name;
      try {
        await hear[cls.name]?.(ctx, activity);
      } catch (error) {
        // A real application has a queue, so its answer to us does not depend on
        // whether it could send; the test reads the trouble here.
        if (entry != null) entry.trouble = String(error?.message ?? error);
        else throw error;
      }
    });
  }

  // ---- what leaves --------------------------------------------------------

  const context = (data = null) => federation.createContext(new URL(base), data);

  function mint(cls) {
    return url(`${activityPath(cls)}/${state.nextId++}`);
  }

  // send remembers an activity, so that its id can be fetched, and delivers it
  // to the named actors and, when asked, to all followers. It throws when a
  // recipient refuses.
  async function send(ctx, activity, { recipients = [], toFollowers = false } = {}) {
    state.activities.set(activity.id.href, { activity, recipients, toFollowers });
    const everybody = new Map(recipients.map((actor) => [actor.id.href, actor]));
    if (toFollowers) for (const row of accepted(state.followers)) everybody.set(row.recipient.id.href, row.recipient);
    if (everybody.size > 0) {
      await ctx.sendActivity({ identifier: WHO }, [...everybody.values()], activity, { preferSharedInbox: toFollowers });
    }
    return activity;
  }

  async function answerFollow(ctx, row, cls) {
    row.state = cls === Accept ? "accepted" : "rejected";
    const answer = new cls({ id: mint(cls), actor: ctx.getActorUri(WHO), object: row.follow, to: row.recipient.id });
    return await send(ctx, answer, { recipients: [row.recipient] });
  }

  // rotate makes new keys under the old key ids.
  async function rotate() {
    state.keyPairs = await makeKeyPairs();
  }

  return { federation, state, rotate, context, send, mint, answerFollow, accepted, url, now: () => Temporal.Now.instant() };
}
