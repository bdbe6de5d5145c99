/* Passkeys: data-passkey="create" or "get" marks the form that takes what the device's lock has made or signed.
   The server says what is to be signed, the form brings the answer: what is wrong stands on its page. */
const passkey = {
  bytes: (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)),

  text(buffer) {
    const bytes = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  },

  async ask(form, create) {
    const fields = { csrf: form.elements.csrf.value, ...(create && { create: "1" }) };
    const answer = await fetch("/passkeys/ask", { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
    if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
    return answer.json();
  },

  async create(asked) {
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: passkey.bytes(asked.challenge),
        rp: { id: asked.site, name: asked.site_label },
        user: { id: passkey.bytes(asked.user_id), name: asked.user_name, displayName: asked.user_label },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: asked.known.map((id) => ({ type: "public-key", id: passkey.bytes(id) })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        attestation: "none",
      },
    });
    return { client_data: made.response.clientDataJSON, auth_data: made.response.getAuthenticatorData() };
  },

  async get(asked) {
    const signed = await navigator.credentials.get({
      publicKey: { challenge: passkey.bytes(asked.challenge), rpId: asked.site, userVerification: "required" },
    });
    return {
      credential: signed.rawId,
      client_data: signed.response.clientDataJSON,
      auth_data: signed.response.authenticatorData,
      signature: signed.response.signature,
    };
  },
};

if (globalThis.PublicKeyCredential) for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = false;

document.addEventListener("submit", async (ev) => {
  const form = ev.target.closest("form[data-passkey]");
  if (!form) return;
  ev.preventDefault();
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const kind = form.dataset.passkey;
    const answer = await passkey[kind](await passkey.ask(form, kind === "create"));
    for (const [name, value] of Object.entries(answer)) form.elements[name].value = passkey.text(value);
    form.submit();
  } catch {
    failed.hidden = false; /* turned down, timed out, or there is none */
  }
});
