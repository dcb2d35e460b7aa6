// Niceties. Everything works without this file.
"use strict";
(() => {
  const to = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const from = (b) => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const post = (url, body) => fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}) });

  // Passkeys: ask for options, let the device sign, send what it says.
  async function passkey(button) {
    const making = button.dataset.passkey === "make";
    const said = document.getElementById(button.dataset.says);
    said.textContent = "";
    try {
      const begun = await post(button.dataset.begin);
      if (!begun.ok) throw new Error(String(begun.status));
      const o = (await begun.json()).publicKey;
      o.challenge = to(o.challenge);
      let c;
      if (making) {
        o.user.id = to(o.user.id);
        (o.excludeCredentials || []).forEach((x) => { x.id = to(x.id); });
        c = await navigator.credentials.create({ publicKey: o });
      } else {
        (o.allowCredentials || []).forEach((x) => { x.id = to(x.id); });
        c = await navigator.credentials.get({ publicKey: o });
      }
      const r = c.response;
      const response = { clientDataJSON: from(r.clientDataJSON) };
      if (making) {
        response.attestationObject = from(r.attestationObject);
        if (r.getTransports) response.transports = r.getTransports();
      } else {
        response.authenticatorData = from(r.authenticatorData);
        response.signature = from(r.signature);
        if (r.userHandle) response.userHandle = from(r.userHandle);
      }
      const name = document.getElementById("f-passkey_name");
      const ended = await post(button.dataset.end + (making && name ? "?name=" + encodeURIComponent(name.value) : ""), {
        id: c.id, rawId: from(c.rawId), type: c.type, response,
        authenticatorAttachment: c.authenticatorAttachment || undefined,
        clientExtensionResults: c.getClientExtensionResults(),
      });
      if (!ended.ok) throw new Error(String(ended.status));
      location.assign((await ended.json()).next);
    } catch (e) {
      said.textContent = button.dataset.failed;
    }
  }
  if (window.PublicKeyCredential) {
    document.querySelectorAll("[data-passkey]").forEach((b) => {
      b.closest("[hidden]")?.removeAttribute("hidden");
      b.addEventListener("click", () => passkey(b));
    });
  }

  // A button that can't be pressed by mistake asks once more.
  document.querySelectorAll("form[data-sure]").forEach((f) => {
    f.addEventListener("submit", (e) => { if (!confirm(f.dataset.sure)) e.preventDefault(); });
  });

  // A form is sent once.
  document.querySelectorAll("form[method=post]").forEach((f) => {
    f.addEventListener("submit", (e) => {
      if (e.defaultPrevented) return;
      setTimeout(() => f.querySelectorAll("button").forEach((b) => { b.disabled = true; }), 0);
    });
  });
  addEventListener("pageshow", () => document.querySelectorAll("form button:disabled").forEach((b) => { b.disabled = false; }));

  // Press an address to copy it.
  document.querySelectorAll("[data-copy]").forEach((c) => {
    c.addEventListener("click", () => navigator.clipboard?.writeText(c.textContent.trim()));
  });
})();
