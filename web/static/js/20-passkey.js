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
})();
