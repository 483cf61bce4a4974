// The share page works without this; with it, a listen is reported when it ends, and one side stops the other.
const remix = document.getElementById("remix"), original = document.getElementById("original");
const listen = { id: `web-${crypto.randomUUID()}`, token: "", heard: 0, last: null };

remix.addEventListener("play", async () => {
  original.pause();
  if (listen.token) return;
  const answer = await fetch(remix.src, { headers: { Range: "bytes=0-0" } }).catch(() => null);
  listen.token = answer?.headers.get("RemixLab-Stream-Token") ?? "";
});
original.addEventListener("play", () => remix.pause());
remix.addEventListener("timeupdate", () => {
  if (listen.last !== null && !remix.paused) listen.heard += Math.max(0, Math.min(1, remix.currentTime - listen.last));
  listen.last = remix.currentTime;
});
function report() {
  if (listen.heard < 3 || !listen.token) return;
  const body = JSON.stringify({ play_id: listen.id, remix_id: remix.dataset.remix, listened_s: listen.heard, token: listen.token });
  Object.assign(listen, { id: `web-${crypto.randomUUID()}`, heard: 0, last: null });
  fetch("/v1/plays", { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body }).catch(() => undefined);
}
remix.addEventListener("ended", report);
addEventListener("pagehide", report);
for (const side of document.getElementsByName("side")) side.addEventListener("change", () => {
  const [from, to] = side.id === "side-original" ? [remix, original] : [original, remix];
  const sounds = !from.paused, share = from.duration ? from.currentTime / from.duration : 0;
  from.pause();
  if (!sounds) return;
  const begin = () => { if (to.duration) to.currentTime = share * to.duration; };
  if (to.readyState) begin(); else to.addEventListener("loadedmetadata", begin, { once: true });
  to.play().catch(() => undefined);
});
