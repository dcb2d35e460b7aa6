// What Fedify itself thinks of a message: its signature, its proof, and how
// its vocabulary reads the parts. Nothing here trusts what the sender says.
import { detachSignature, doesActorOwnKey, verifyObject, verifyRequestDetailed } from "@fedify/fedify";
import { Activity, Article, Note, Object as ASObject } from "@fedify/vocab";
import { schemeOf } from "./loopback.mjs";

function describeError(error) {
  return error?.message ?? String(error);
}

// signatureOf verifies the HTTP signature with Fedify's own verifier. Fedify's
// inbox leaves the signature alone when a proof is valid, so a test that cares
// for the signature has to ask for it by itself.
export async function signatureOf(request, loaders) {
  const scheme = schemeOf(request.headers);
  try {
    const verdict = await verifyRequestDetailed(request.clone(), loaders);
    if (verdict.verified) return { scheme, valid: true, key: verdict.key, keyId: verdict.key.id?.href };
    return { scheme, valid: false, keyId: verdict.reason.keyId?.href, reason: verdict.reason.type };
  } catch (error) {
    return { scheme, valid: false, reason: describeError(error) };
  }
}

// ownerMatches tells whether the key belongs to the activity's actor.
export async function ownerMatches(json, key, loaders) {
  try {
    return await doesActorOwnKey(await Activity.fromJsonLd(json, loaders), key, loaders);
  } catch {
    return false;
  }
}

// proofOf verifies every FEP-8b32 proof of a document. A linked-data signature
// is put on after the proof, so it is taken off first.
export async function proofOf(json, loaders) {
  if (json == null || typeof json !== "object" || !("proof" in json)) return { verdict: "none" };
  const first = Array.isArray(json.proof) ? json.proof[0] : json.proof;
  const about = { cryptosuite: first?.cryptosuite, verificationMethod: first?.verificationMethod };
  const document = detachSignature(json);
  try {
    const verified = await verifyObject(ASObject, document, loaders);
    if (verified != null) return { verdict: "valid", ...about };
    return { verdict: "invalid", reason: "the signature, the key or its controller does not match", ...about };
  } catch (error) {
    return { verdict: "invalid", reason: describeError(error), ...about };
  }
}

// readAs names the class Fedify's vocabulary chooses for a document, with the
// parts of a text that it makes out, or says why it cannot be read.
export async function readAs(json, loaders) {
  if (json == null || typeof json !== "object") return undefined;
  try {
    const object = await ASObject.fromJsonLd(json, loaders);
    const said = { class: object.constructor.name };
    if (!(object instanceof Article || object instanceof Note)) return said;
    const tags = [];
    for await (const tag of object.getTags({ ...loaders, suppressError: true })) {
      tags.push({ class: tag.constructor.name, href: tag.href?.href, name: tag.name?.toString() });
    }
    return {
      ...said, name: object.name?.toString(), summary: object.summary?.toString(), content: object.content?.toString(),
      source: object.source?.content?.toString(), sourceType: object.source?.mediaType, url: object.url?.href?.href ?? object.url?.href,
      attributedTo: object.attributionId?.href, tags,
    };
  } catch (error) {
    return { error: describeError(error) };
  }
}

// withContext gives an embedded object the context of what embeds it, unless
// it has its own.
export function withContext(object, parent) {
  if (object == null || typeof object !== "object" || Array.isArray(object)) return object;
  return "@context" in object ? object : { "@context": parent["@context"], ...object };
}
