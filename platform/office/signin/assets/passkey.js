// Passkeys: asks the browser's authenticator and carries its answer to the server.
// Everything else on these pages works without a script. Each button says where to
// ask for a challenge (data-begin), where to bring the answer (data-answer), and
// whether a passkey is used (get) or made (create).
"use strict";
(() => {
  if (!window.PublicKeyCredential || !window.fetch) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    let s = "";
    for (const b of new Uint8Array(buffer)) s += String.fromCharCode(b);
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withIDs = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

  // Browsers of before 2024 have none of the standard's own conversions.
  const toGet = (o) => PublicKeyCredential.parseRequestOptionsFromJSON
    ? PublicKeyCredential.parseRequestOptionsFromJSON(o)
    : { ...o, challenge: bytes(o.challenge), allowCredentials: withIDs(o.allowCredentials) };
  const toCreate = (o) => PublicKeyCredential.parseCreationOptionsFromJSON
    ? PublicKeyCredential.parseCreationOptionsFromJSON(o)
    : { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: withIDs(o.excludeCredentials) };
  const toJSON = (c) => {
    const from = c.response;
    const response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
      response.transports = from.getTransports ? from.getTransports() : [];
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      if (from.userHandle) response.userHandle = text(from.userHandle);
    }
    return { id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment || undefined, clientExtensionResults: {}, response };
  };

  const post = async (path, body) => {
    const answer = await fetch(path, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: body ? JSON.stringify(body) : "{}" });
    const value = await answer.json();
    if (answer.status === 403 && value.code === "confirm_first") {
      location.assign("/confirm?next=" + encodeURIComponent(location.pathname));
      return new Promise(() => {}); // the page is being left
    }
    if (!answer.ok) throw new Error(value.code);
    return value;
  };

  const failed = document.getElementById("passkey-failed");
  let waiting = null; // the request that offers passkeys in the field of the name

  const ceremony = async (button, conditional) => {
    if (waiting && !conditional) waiting.abort();
    const { publicKey } = await post(button.dataset.begin);
    let body;
    if (button.dataset.passkey === "create") {
      const name = document.getElementById("passkey-name");
      const credential = await navigator.credentials.create({ publicKey: toCreate(publicKey) });
      body = { name: name ? name.value : "", credential: toJSON(credential) };
    } else {
      const options = { publicKey: toGet(publicKey) };
      if (conditional) {
        waiting = new AbortController();
        options.mediation = "conditional";
        options.signal = waiting.signal;
      }
      body = toJSON(await navigator.credentials.get(options));
    }
    const { next } = await post(button.dataset.answer + location.search, body);
    location.assign(next);
  };

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.parentElement.closest("[hidden]")?.removeAttribute("hidden");
    button.hidden = false;
    button.addEventListener("click", async () => {
      failed.hidden = true;
      button.disabled = true;
      try {
        await ceremony(button, false);
      } catch (reason) {
        failed.hidden = false;
        failed.focus();
      }
      button.disabled = false;
    });
    if (button.dataset.passkey === "get" && document.getElementById("login") && PublicKeyCredential.isConditionalMediationAvailable) {
      PublicKeyCredential.isConditionalMediationAvailable().then((can) => can && ceremony(button, true)).catch(() => {});
    }
  }
})();
