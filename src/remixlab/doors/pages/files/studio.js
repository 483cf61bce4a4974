// The studio page: choose, wish, see the plan, make, compare. No framework; every text comes from the API.
const $ = (id) => document.getElementById(id);
const STAGES = { rights: "Rights", hear: "Listening", render: "Playing", screen: "Checking", seal: "Signing", publish: "Keeping" };
const state = { recording: null, plan: null, remix: null, peaks: { original: [], remix: [] }, side: "original" };

// ------------------------------------------------------------------ the API

class Problem extends Error {
  constructor(body) { super(body.message ?? body.detail ?? "Something went wrong."); this.body = body; }
}

const SILENCE = { code: "unavailable", message: "The studio does not answer.", hint: "Is it still running? Then ask again." };

async function api(path, { method = "GET", body, headers = {} } = {}) {
  const asked = fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json", ...headers } : headers,
    body: body ? JSON.stringify(body) : undefined,
  });
  const response = await asked.catch(() => { throw new Problem(SILENCE); });
  const answer = await response.json().catch(() => { throw new Problem(SILENCE); });
  if (!response.ok) throw new Problem(answer);
  return answer;
}

// ------------------------------------------------------------------ small makers of elements

function element(name, { text, className, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
const button = (text, className, act) => { const made = element("button", { text, className, type: "button" }); made.addEventListener("click", act); return made; };
const say = (text) => { $("status").textContent = text; };
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
const percent = (ppm) => `${(ppm / 10000).toLocaleString("en", { maximumFractionDigits: 4 })} %`;

// ------------------------------------------------------------------ choosing a recording

async function choose(id) {
  const recording = await api(`/v1/recordings/${encodeURIComponent(id)}`);
  Object.assign(state, { recording, plan: null, remix: null, side: "original", peaks: { original: [], remix: [] } });
  for (const other of document.querySelectorAll("#recordings button")) other.setAttribute("aria-current", String(other.dataset.recording === id));
  $("invite").hidden = true; $("desk").hidden = false;
  for (const part of ["plan", "result", "progress", "correction"]) $(part).hidden = true;
  $("title").textContent = recording.title;
  const a = recording.analysis;
  $("facts").textContent = [recording.artist, a && `${Math.round(a.tempo_bpm)} bpm`, a && a.key, a && a.meter, clock(recording.duration_s)].filter(Boolean).join(" · ");
  if (a) document.documentElement.style.setProperty("--beat", `${Math.min(180, Math.max(90, 15000 / a.tempo_bpm))}ms`);
  $("audio-original").src = recording.audio_url;
  $("audio-remix").removeAttribute("src");
  document.querySelector('input[name="side"][value="remix"]').disabled = true;
  document.querySelector('input[name="side"][value="original"]').checked = true;
  drawForm(a);
  $("presets").replaceChildren(...recording.presets.map((p) => button(p.name, "chip", () => wish(p.prompt, p.kind))), button("Surprise me", "chip", surprise));
  $("ideas").replaceChildren(...recording.sentences.map((sentence) => button(sentence, "chip", () => wish(sentence, "remix"))));
  $("correct").checked = false;
  state.peaks.original = (await api(`${recording.audio_url.replace(/\/audio.*/, "/peaks")}`)).peaks;
  draw();
}

function drawForm(analysis) {
  const sections = analysis?.sections ?? [];
  $("form").replaceChildren(...sections.map((s) => {
    const made = element("span", { text: s.label, title: `${s.label} ${clock(s.start_s)}` });
    made.style.flex = `${s.end_s - s.start_s} 1 0`;
    return made;
  }));
}

// ------------------------------------------------------------------ the wave: the original as a thin outline over the remix

function draw() {
  const canvas = $("canvas"), box = $("wave").getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
  if (!box.width) return;
  canvas.width = box.width * ratio; canvas.height = box.height * ratio;
  const pen = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
  const middle = canvas.height / 2, ink = style.getPropertyValue("--ink");
  const path = (peaks, close) => {
    pen.beginPath();
    peaks.forEach(([low, high], i) => pen.lineTo((i / peaks.length) * canvas.width, middle - (high / 127) * middle));
    if (close) for (let i = peaks.length - 1; i >= 0; i--) pen.lineTo((i / peaks.length) * canvas.width, middle - (peaks[i][0] / 127) * middle);
  };
  const { original, remix } = state.peaks;
  if (remix.length) {
    pen.globalCompositeOperation = style.getPropertyValue("--blend").trim() === "screen" ? "screen" : "multiply";
    for (const [stem, share] of [["--vocals", 1], ["--drums", 0.62]]) {
      pen.fillStyle = style.getPropertyValue(stem);
      path(remix.map(([low, high]) => [low * share, high * share]), true); pen.fill();
    }
    pen.globalCompositeOperation = "source-over";
    pen.strokeStyle = ink; pen.lineWidth = ratio; path(original, true); pen.stroke();
  } else {
    pen.fillStyle = ink; path(original, true); pen.fill();
  }
  const audio = player();
  if (audio.duration) { pen.fillStyle = ink; pen.fillRect((audio.currentTime / audio.duration) * canvas.width, 0, 2 * ratio, canvas.height); }
}

// ------------------------------------------------------------------ playing: A and B at the same musical place

const player = (side = state.side) => $(`audio-${side}`);

function toggle() {
  const audio = player();
  if (audio.paused) audio.play().catch((error) => say(error.message)); else audio.pause();
}

function switchSide(side) {
  const from = player(), to = player(side), playing = !from.paused;
  const place = from.duration ? from.currentTime / from.duration : 0;
  from.pause(); state.side = side;
  if (to.duration) to.currentTime = place * to.duration;
  if (playing) to.play();
  draw();
}

function seek(share) { const audio = player(); if (audio.duration) audio.currentTime = Math.min(1, Math.max(0, share)) * audio.duration; }

for (const side of ["original", "remix"]) {
  const audio = player(side);
  for (const event of ["play", "pause"]) audio.addEventListener(event, () => { if (side === state.side) $("play").textContent = audio.paused ? "Play" : "Pause"; });
  audio.addEventListener("timeupdate", () => {
    if (side !== state.side) return;
    const text = `${clock(audio.currentTime)} / ${clock(audio.duration || 0)}`;
    $("clock").textContent = text;
    $("seek").value = String(audio.duration ? (audio.currentTime / audio.duration) * 1000 : 0);
    $("seek").setAttribute("aria-valuetext", text);
    draw();
  });
  audio.addEventListener("loadedmetadata", draw);
}
$("play").addEventListener("click", toggle);
$("seek").addEventListener("input", () => seek($("seek").valueAsNumber / 1000));
$("wave").addEventListener("pointerdown", (event) => { const box = $("wave").getBoundingClientRect(); seek((event.clientX - box.left) / box.width); });
for (const radio of document.querySelectorAll('input[name="side"]')) radio.addEventListener("change", () => switchSide(radio.value));
addEventListener("resize", draw);
addEventListener("keydown", (event) => {
  if (event.target.closest("input[type=text], button, a, select, textarea") || event.ctrlKey || event.metaKey || event.altKey || !state.recording) return;
  const skip = event.shiftKey ? 10 : 2, audio = player();
  if (event.key === " ") toggle();
  else if (event.key === "b" && !document.querySelector('input[name="side"][value="remix"]').disabled) document.querySelector(`input[name="side"][value="${state.side === "remix" ? "original" : "remix"}"]`).click();
  else if (event.key === "ArrowRight" && event.target.id !== "seek") audio.currentTime += skip;
  else if (event.key === "ArrowLeft" && event.target.id !== "seek") audio.currentTime -= skip;
  else return;
  event.preventDefault();
});

// ------------------------------------------------------------------ the wish and its plan

async function wish(prompt, kind) {
  if (kind) document.querySelector(`input[name="kind"][value="${kind}"]`).checked = true;
  $("prompt").value = prompt;
  await think();
}

async function surprise() {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const idea = await api(`/v1/recordings/${encodeURIComponent(state.recording.recording_id)}?surprise=${seed}`);
  await wish(idea.surprise);
}

async function think() {
  const kind = document.querySelector('input[name="kind"]:checked').value;
  const share = document.querySelector('input[name="share"]:checked').value;
  say("Reading the wish …");
  try {
    const base = $("correct").checked && state.plan ? { plan: state.plan.plan } : {};
    show(await api("/v1/plans", { method: "POST", body: { recording_id: state.recording.recording_id, prompt: $("prompt").value, kind, share, ...base } }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(error.body);
  }
}

function show(answer) {
  state.plan = answer;
  $("plan").hidden = false; $("result").hidden = true; $("progress").hidden = true; $("correction").hidden = false;
  $("ops").replaceChildren(...answer.description.map((line) => element("li", {}, element("span", { text: line.text }), ...(line.because ? [element("small", { text: `“${line.because}”` })] : []))));
  $("skipped").hidden = !answer.skipped.length;
  $("skipped").textContent = answer.skipped.length ? `Skipped: ${answer.skipped.join(", ")}` : "";
  decide(answer.decision);
  pays(answer.pays);
  say("");
}

function decide(decision) {
  const open = decision.outcome.startsWith("allow");
  $("answer").className = `answer ${open ? "open" : "closed"}`;
  const first = decision.reasons[0];
  $("answer-text").textContent = open ? "✓ Allowed. You may make this." : `✕ ${first?.message ?? "This is not open."}`;
  $("decided").textContent = open || !first ? "" : `Decided by ${first.decided_by}. Code ${first.code}.`;
  $("alternatives").replaceChildren(...decision.alternatives.map((a) => button(a.message, "chip", () => take(a.plan))));
  $("make").disabled = !open;
}

async function take(plan) {
  const share = document.querySelector('input[name="share"]:checked').value;
  try { show(await api("/v1/plans", { method: "POST", body: { recording_id: state.recording.recording_id, plan, share } })); }
  catch (error) { if (!(error instanceof Problem)) throw error; refuse(error.body); }
}

function refuse(body) {
  state.plan = null;
  $("plan").hidden = false; $("pays").hidden = true; $("skipped").hidden = true; $("ops").replaceChildren(); $("make").disabled = true;
  $("answer").className = "answer closed";
  $("answer-text").textContent = `✕ ${body.message ?? body.detail}`;
  $("decided").textContent = [body.hint, `Code ${body.code}.`].filter(Boolean).join(" ");
  const ways = body.suggestions ?? body.decision?.alternatives ?? [];
  $("alternatives").replaceChildren(...ways.map((way) => typeof way === "string" ? button(way, "chip", () => wish(way)) : button(way.message, "chip", () => take(way.plan))));
  say("");
}

function pays(lines) {
  $("pays").hidden = !lines.length;
  $("bar").replaceChildren(...lines.map((line) => { const made = element("span", { title: `${line.party} ${percent(line.ppm)}` }); made.style.flex = `${line.ppm} 1 0`; return made; }));
  $("payees").replaceChildren(...lines.map((line) => element("tr", {}, element("td", { text: line.party }), element("td", { text: line.role }), element("td", { text: percent(line.ppm), className: "mono" }))));
}

// ------------------------------------------------------------------ making

async function make() {
  $("make").disabled = true; $("progress").hidden = false; $("result").hidden = true;
  stages(null, 0);
  const share = document.querySelector('input[name="share"]:checked').value;
  try {
    const job = await api("/v1/remixes", { method: "POST", body: { plan_id: state.plan.plan_id, share }, headers: { "Idempotency-Key": crypto.randomUUID() } });
    finish(await follow(job));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    $("progress").hidden = true; refuse(error.body);
  } finally { $("make").disabled = false; }
}

function follow(job) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(job.events_url);
    // Whatever goes wrong on the way ends the waiting.
    const settle = () => api(job.status_url).then((now) => {
      if (now.state === "done") resolve(now.result);
      else if (now.state === "failed") reject(new Problem(now.error));
      else setTimeout(settle, 400);
    }).catch(reject);
    source.addEventListener("progress", (event) => { const step = JSON.parse(event.data); stages(step.stage, step.share); });
    source.addEventListener("end", () => { source.close(); settle(); });
    source.onerror = () => { source.close(); settle(); };
  });
}

function stages(current, share) {
  const names = Object.keys(STAGES), at = names.indexOf(current);
  $("stages").replaceChildren(...names.map((name, i) => element("li", { text: STAGES[name], "data-state": i < at ? "done" : i === at ? "now" : "later" })));
  $("bar-progress").value = at < 0 ? 0 : (at + share) / names.length;
  if (current) say(`${STAGES[current]} …`);
}

async function finish(remix) {
  state.remix = remix;
  $("progress").hidden = true; $("result").hidden = false;
  $("label").textContent = remix.seal.label;
  $("figures").textContent = `Made in ${remix.total_s.toFixed(1)} s with ${remix.energy.cpu_s.toFixed(1)} s of one processor, about ${remix.energy.wh.toFixed(3)} Wh.`;
  $("downloads").replaceChildren(
    ...["flac", "mp3"].map((format) => element("a", { text: `Download ${format.toUpperCase()}`, className: "link", href: `${remix.audio_url}?format=${format}&download=1` })),
    ...(remix.share === "public" ? [element("a", { text: "Open the share page", className: "link", href: remix.share_url })] : []),
  );
  const audio = player("remix");
  audio.src = remix.audio_url;
  const radio = document.querySelector('input[name="side"][value="remix"]');
  radio.disabled = false;
  state.peaks.remix = (await api(remix.peaks_url)).peaks;
  radio.click();
  pays(remix.pays);
  say("Done. Press B to compare with the original.");
}

$("wish").addEventListener("submit", (event) => { event.preventDefault(); think(); });
$("make").addEventListener("click", make);
for (const radio of document.querySelectorAll('input[name="share"]')) radio.addEventListener("change", () => { if (state.plan) take(state.plan.plan); });
for (const choice of document.querySelectorAll("#recordings button")) choice.addEventListener("click", () => choose(choice.dataset.recording).catch((error) => say(error.message)));
