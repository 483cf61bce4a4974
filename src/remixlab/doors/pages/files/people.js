// Signing in: by a form, or by a link that opens once. The token of a link stands behind # and is sent in a body only.
const $ = (id) => document.getElementById(id);
const say = (text) => { $("status").textContent = text; };
const token = location.hash.slice(1);
if (token) history.replaceState(null, "", location.pathname);

async function send(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer) return "The studio does not answer. Is it still running? Then ask again.";
  return response.ok ? "" : [answer.message ?? answer.detail, answer.hint].filter(Boolean).join(" ");
}

// What happens when a form is sent, and where to afterwards.
const FORMS = {
  "sign-in": (fields) => [["/v1/session", fields], "/"],
  forgotten: (fields) => [["/v1/account/recovery", fields], ""],
  join: (fields) => [["/v1/invitations/accept", { ...fields, link: token }], "/"],
  recover: (fields) => [["/v1/account/recovery/password", { ...fields, forget_passkeys: "forget_passkeys" in fields, link: token }], "/sign-in"],
};

for (const [id, act] of Object.entries(FORMS)) {
  $(id)?.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("One moment …");
    const [request, then] = act(Object.fromEntries(new FormData(event.target)));
    const wrong = await send(...request);
    if (wrong) say(wrong);
    else if (then) location.replace(then);
    else say("If there is such an account, a letter is on its way.");
  });
}

// Providers of identities, where there are any: one button each, that leads to their page.
const providers = $("providers") ? (await fetch("/v1/session").then((response) => response.json()).catch(() => null))?.providers : [];
for (const { provider, name } of providers ?? []) {
  const made = document.createElement("button");
  made.type = "button"; made.className = "ink"; made.textContent = `Go on with ${name}`;
  made.addEventListener("click", async () => {
    say("One moment …");
    const response = await fetch("/v1/session/provider", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ provider }) }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (response?.ok) location.assign(answer.url);
    else say([answer?.message ?? "The studio does not answer.", answer?.hint].filter(Boolean).join(" "));
  });
  $("providers").append(made, " ");
}

if (location.pathname === "/enter") {
  const wrong = token ? await send("/v1/session", { link: token }) : "This link is not whole.";
  if (wrong) { say(wrong); $("again").hidden = false; } else location.replace("/");
}
