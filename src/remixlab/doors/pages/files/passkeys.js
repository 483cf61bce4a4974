// Passkeys: sign in with one; on their own page keep one, call one otherwise, give one up. Every text is put in as text.
const $ = (id) => document.getElementById(id);
const say = (text) => { $("status").textContent = text; };
const SILENCE = "The studio does not answer. Is it still running? Then ask again.";

const octets = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

async function ask(method, path, body) {
  const response = await fetch(path, { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer) throw new Error(SILENCE);
  if (!response.ok) throw new Error([answer.message ?? answer.detail, answer.hint].filter(Boolean).join(" "));
  return answer;
}

// What a device answered, as the API reads it.
function told(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

// A person who closes the browser's question has not made a mistake.
const reason = (error) => (["NotAllowedError", "AbortError"].includes(error.name) ? "No passkey was used." : error.name === "InvalidStateError" ? "This device has a passkey for your account already." : error.message);

async function during(act) {
  say("One moment …");
  try { await act(); } catch (error) { say(reason(error)); }
}

async function signIn() {
  const { publicKey } = await ask("POST", "/v1/session/passkey", {});
  publicKey.challenge = octets(publicKey.challenge);
  const credential = await navigator.credentials.get({ publicKey });
  await ask("POST", "/v1/session", { passkey: told(credential) });
  location.replace("/");
}

async function keep(password, name) {
  const { publicKey } = await ask("POST", "/v1/account/passkeys/options", password ? { password } : {});
  publicKey.challenge = octets(publicKey.challenge);
  publicKey.user.id = octets(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = octets(known.id);
  const credential = await navigator.credentials.create({ publicKey });
  await ask("POST", "/v1/account/passkeys", { name, credential: told(credential) });
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button"; made.className = "link"; made.textContent = label;
  made.addEventListener("click", () => during(act));
  return made;
}

const day = (moment) => new Date(moment).toLocaleDateString();

function line(passkey) {
  const item = document.createElement("li"), name = document.createElement("input");
  const path = `/v1/account/passkeys/${encodeURIComponent(passkey.passkey_id)}`;
  name.value = passkey.name; name.maxLength = 80; name.required = true;
  name.setAttribute("aria-label", `Name of the passkey “${passkey.name}”`);
  const used = passkey.used_at ? `last used ${day(passkey.used_at)}` : "not used yet";
  const facts = ` for ${passkey.host}, since ${day(passkey.created_at)}, ${used} `;
  const rename = button("Rename", async () => { await ask("PATCH", path, { name: name.value }); await show("It is called so now."); });
  const remove = button("Remove", async () => { await ask("DELETE", path); await show("This passkey opens nothing any more."); });
  rename.setAttribute("aria-label", `Rename ${passkey.name}`);
  remove.setAttribute("aria-label", `Remove ${passkey.name}`);
  item.append(name, facts, rename, " ", remove);
  return item;
}

async function show(said = "") {
  const { items } = await ask("GET", "/v1/account/passkeys?limit=50");
  $("passkeys").replaceChildren(...items.map(line));
  $("none").hidden = items.length > 0;
  say(said);
}

// Identities at providers: connected by who is signed in, with the password where there is one.
function identityLine(one, connected) {
  const item = document.createElement("li");
  item.append(`${one.name} `);
  if (connected) item.append(`since ${day(connected.linked_at)} `, button("Disconnect", async () => {
    await ask("DELETE", `/v1/account/identities/${encodeURIComponent(one.provider)}`);
    await showIdentities();
    say("It opens your account no more.");
  }));
  else item.append(button("Connect", async () => {
    const password = $("password")?.value;
    const { url } = await ask("POST", "/v1/account/identities", { provider: one.provider, ...(password ? { password } : {}) });
    location.assign(url);
  }));
  item.lastElementChild.setAttribute("aria-label", `${connected ? "Disconnect" : "Connect"} ${one.name}`);
  return item;
}

async function showIdentities() {
  const [{ providers }, { items }] = await Promise.all([ask("GET", "/v1/session"), ask("GET", "/v1/account/identities")]);
  $("identities").replaceChildren(...providers.map((one) => identityLine(one, items.find((item) => item.provider === one.provider))));
  $("identities-heading").hidden = providers.length === 0;
}

if (!window.PublicKeyCredential) {
  for (const place of document.querySelectorAll("[data-passkey]")) place.hidden = true;
} else {
  $("passkey")?.addEventListener("click", () => during(signIn));
  $("keep")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    during(async () => { await keep(fields.password, fields.name); event.target.reset(); await show("Kept. From now on it signs you in."); });
  });
}
if ($("passkeys")) during(async () => { await show(); await showIdentities(); });
