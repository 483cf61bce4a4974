// Drop a file: is it ours, what is it made from, did a trained model touch it?
const $ = (id) => document.getElementById(id);

$("verify").addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = $("file").files[0];
  if (!file) { $("status").textContent = "Choose a file first."; return; }
  $("status").textContent = "Listening for the mark …";
  const body = new FormData();
  body.append("file", file);
  const response = await fetch("/v1/verify", { method: "POST", body }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer) { $("status").textContent = "The studio does not answer. Is it still running? Then ask again."; return; }
  $("status").textContent = ""; $("answer").hidden = false;
  $("answer").className = `answer ${answer.ours ? "open" : "closed"}`;
  if (!response.ok) { $("answer-text").textContent = answer.message ?? answer.detail; $("answer-more").textContent = answer.hint ?? ""; return; }
  $("answer-text").textContent = answer.ours ? `✓ Ours: a remix of “${answer.source.title}” by ${answer.source.artist}.` : "✕ Not ours: no mark and no manifest of this service.";
  $("answer-more").textContent = answer.ours
    ? `${answer.made_with_ai ? "A trained model touched the sound." : "No trained model touched the sound."} Mark ${answer.watermark.found ? "found" : "not found"}; manifest ${answer.manifest.state}. Remix ${answer.remix_id}.`
    : "That says nothing about other services.";
});
