// Who is signed in, on every page: sign out, and, on the demo catalogue, one click to be somebody of another role.
const place = document.getElementById("session");
const ask = (method, body) => fetch("/v1/session", { method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body) });

function choice(text, act) {
  const made = document.createElement("button");
  made.type = "button"; made.className = "link"; made.textContent = text;
  made.addEventListener("click", async () => { await act(); location.replace("/"); });
  return made;
}

const session = await ask("GET").then((response) => response.json()).catch(() => null);
if (place && session?.signed_in) {
  place.append(`${session.account.name} `, choice(session.demo ? "Be yourself again" : "Sign out", () => ask("DELETE")));
  for (const role of session.demo_roles) if (role !== session.demo) place.append(choice(`Try as ${role.replaceAll("_", " ")}`, () => ask("POST", { demo: role })));
  const passkeys = document.createElement("a");
  passkeys.href = "/passkeys"; passkeys.textContent = "How you sign in"; if (!session.demo) place.append(" ", passkeys);
} else if (place && session) {
  const link = document.createElement("a");
  link.href = "/sign-in"; link.textContent = "Sign in"; place.append(link);
}
