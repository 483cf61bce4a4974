/**
 * One clock, one sound at a time, swapped under the listener's ear.
 *
 * A source answers stretches of itself; the deck loads them a little ahead, lays them end to end on the sample grid
 * and cross-fades their joints. `swap` puts another source at the same musical place without a gap.
 */
export type Source = {
  id: string;
  length: number;
  gain: number;
  load(start: number, length: number, signal?: AbortSignal): Promise<ArrayBuffer>;
};
type Piece = { start: number; pre: number; buffer: AudioBuffer };
type Voice = { source: Source; bus: GainNode; t0: number; p0: number; until: number; nodes: AudioBufferSourceNode[]; pumping: boolean; over: boolean };

const RATE = 44100;
const CHUNK = 5;
const FIRST = 1.2;
const JOINT = 0.02;
const AHEAD = 7;
const KEPT = 14;
const SOON = 0.045;
const RETRY_MS = 2000;

export class Deck {
  readonly ctx: AudioContext;
  readonly meter: AnalyserNode;
  private readonly out: GainNode;
  private readonly kept = new Map<string, Piece>();
  /** What is on its way: asked for once, however many wait for it. */
  private readonly coming = new Map<string, Promise<Piece>>();
  /** When a stretch that nobody waits for may be asked for again, after it did not come. */
  private readonly notBefore = new Map<string, number>();
  /** The last swap: from which place of the old source to which of the new. Unit: seconds. */
  swapped: { from: number; to: number } | null = null;
  private voice: Voice | null = null;
  private resting = 0;
  private turn = 0;
  private loadS = 0.2;
  source: Source | null = null;
  onchange: () => void = () => {};
  onend: () => void = () => {};
  ontrouble: (error: unknown) => void = () => {};

  constructor() {
    this.ctx = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
    this.out = this.ctx.createGain();
    this.meter = this.ctx.createAnalyser();
    this.meter.fftSize = 2048;
    this.out.connect(this.meter).connect(this.ctx.destination);
  }

  get playing(): boolean {
    return this.voice !== null;
  }
  get waiting(): boolean {
    return this.voice !== null && this.ctx.currentTime > this.voice.t0 + this.voice.until - this.voice.p0 + 0.05;
  }
  get position(): number {
    const v = this.voice;
    if (!v) return this.resting;
    const heard = Math.min(v.p0 + this.ctx.currentTime - v.t0, Math.max(v.p0, v.until));
    return Math.max(0, Math.min(v.source.length, heard));
  }
  level(): number {
    const x = new Float32Array(this.meter.fftSize);
    this.meter.getFloatTimeDomainData(x);
    return Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
  }

  /** Another source while nothing sounds: the place is kept as it is given. */
  load(source: Source, place = 0): void {
    this.pause();
    this.source = source;
    this.resting = place;
    this.onchange();
  }

  async play(from = this.position): Promise<void> {
    const source = this.source;
    if (!source) return;
    const turn = ++this.turn;
    void this.ctx.resume();
    const place = from >= source.length - 0.05 ? 0 : from;
    this.hush();
    this.resting = place;
    try {
      const piece = await this.piece(source, place, true);
      if (turn !== this.turn) return;
      this.begin(source, place, this.ctx.currentTime + SOON, piece);
    } catch (error) {
      if (turn === this.turn) this.ontrouble(error);
    }
    this.onchange();
  }

  pause(): void {
    this.turn++;
    this.resting = this.position;
    this.hush();
    this.onchange();
  }

  async seek(place: number): Promise<void> {
    const was = this.playing;
    this.resting = place;
    if (was) await this.play(place);
    else this.onchange();
  }

  /**
   * Put another source under the ear: `map` turns a place of this one into a place of that one, `grid` finds the next
   * musical moment from a place on. Answers how long it took until the new one sounds. Unit: seconds.
   */
  async swap(next: Source, map: (place: number) => number, grid: (place: number) => number = (p) => p): Promise<number> {
    const asked = this.ctx.currentTime;
    const old = this.voice;
    this.source = next;
    if (!old) {
      await this.play(map(this.resting));
      return this.ctx.currentTime - asked;
    }
    const turn = ++this.turn;
    let lead = this.has(next, map(this.position)) ? SOON : this.loadS + SOON;
    try {
      for (;;) {
        const aim = this.ahead(old, grid, lead);
        const begun = this.ctx.currentTime;
        const piece = await this.piece(next, map(aim), true);
        if (turn !== this.turn) return 0;
        for (const at of [aim, this.ahead(old, grid, SOON)]) {
          const when = this.waiting ? this.ctx.currentTime + SOON : old.t0 + at - old.p0;
          const place = map(at);
          if (when < this.ctx.currentTime + 0.012 || !covers(piece, place)) continue;
          this.fadeOut(old, when);
          this.begin(next, place, when, piece);
          this.swapped = { from: at, to: place };
          this.onchange();
          return when - asked;
        }
        // The sound came too late for the moment that it was asked for: aim further, or a slow house is never caught up with.
        lead = Math.max(lead * 1.5, 1.4 * (this.ctx.currentTime - begun) + SOON);
      }
    } catch (error) {
      if (turn === this.turn) {
        this.source = old.source;
        this.ontrouble(error);
      }
      return 0;
    }
  }

  /** The next musical moment of a voice that is at least `lead` away. */
  private ahead(voice: Voice, grid: (place: number) => number, lead: number): number {
    const soon = Math.min(this.position + lead, voice.source.length - 0.05);
    const at = grid(soon);
    return at >= voice.source.length - 0.1 ? soon : at;
  }

  /** Have the sound around a place of a source ready, for a swap that cannot wait. */
  async ready(source: Source, place: number): Promise<void> {
    const key = keyOf(source, place);
    if (this.kept.has(key) || this.coming.has(key) || (this.notBefore.get(key) ?? 0) > performance.now()) return;
    await this.piece(source, place, false).catch(() => this.notBefore.set(key, performance.now() + RETRY_MS));
  }

  forget(id: string): void {
    for (const key of this.kept.keys()) if (key.startsWith(`${id}@`)) this.kept.delete(key);
  }

  // ---------------------------------------------------------------- pieces

  private has(source: Source, place: number): boolean {
    return this.kept.has(keyOf(source, place));
  }

  private async piece(source: Source, place: number, hurry: boolean): Promise<Piece> {
    const key = keyOf(source, place);
    const known = this.kept.get(key);
    if (known) return known;
    const number = Math.floor(place / CHUNK + 1e-9);
    const rest = (number + 1) * CHUNK - place;
    if (hurry && rest > 0.25) return this.fetched(source, place, Math.min(FIRST, rest), true);
    const on = this.coming.get(key);
    if (on) return on;
    const whole = this.fetched(source, number * CHUNK, CHUNK, false);
    this.coming.set(key, whole);
    try {
      const piece = await whole;
      this.kept.set(key, piece);
      for (const old of this.kept.keys()) if (this.kept.size > KEPT) this.kept.delete(old);
      return piece;
    } finally {
      this.coming.delete(key);
    }
  }

  private async fetched(source: Source, start: number, length: number, short: boolean): Promise<Piece> {
    const begun = performance.now();
    const pre = Math.min(JOINT, start);
    const encoded = await source.load(start - pre, Math.min(length + pre, source.length - start + pre));
    const buffer = await this.ctx.decodeAudioData(encoded);
    if (short) this.loadS += 0.4 * ((performance.now() - begun) / 1000 - this.loadS);
    return { start, pre, buffer };
  }

  // ---------------------------------------------------------------- voices

  private begin(source: Source, place: number, when: number, piece: Piece): void {
    const bus = this.ctx.createGain();
    bus.gain.value = source.gain;
    bus.connect(this.out);
    const voice: Voice = { source, bus, t0: snap(when), p0: place, until: place, nodes: [], pumping: false, over: false };
    this.voice = voice;
    this.lay(voice, piece, true);
    void this.pump(voice);
  }

  private async pump(voice: Voice): Promise<void> {
    if (voice.pumping) return;
    voice.pumping = true;
    try {
      while (!voice.over && this.voice === voice && voice.until < voice.source.length - 0.002) {
        const ahead = voice.until - (voice.p0 + this.ctx.currentTime - voice.t0);
        if (ahead > AHEAD) {
          await new Promise((done) => setTimeout(done, 250));
          continue;
        }
        const piece = await this.piece(voice.source, voice.until, false);
        if (voice.over || this.voice !== voice) return;
        const late = this.ctx.currentTime + SOON - (voice.t0 + voice.until - voice.p0);
        if (late > 0) voice.t0 = snap(voice.t0 + late);
        this.lay(voice, piece, late > 0);
      }
    } catch (error) {
      if (this.voice === voice) {
        this.pause();
        this.ontrouble(error);
      }
      return;
    } finally {
      voice.pumping = false;
    }
    const left = voice.t0 + voice.source.length - voice.p0 - this.ctx.currentTime;
    setTimeout(() => {
      if (this.voice !== voice) return;
      this.turn++;
      this.resting = 0;
      this.hush();
      this.onchange();
      this.onend();
    }, Math.max(0, left * 1000));
  }

  /** Lay a piece where the voice has come to; a joint is a cross-fade of two takes of the same sound. */
  private lay(voice: Voice, piece: Piece, fresh: boolean): void {
    const from = voice.until;
    const fade = fresh ? 0.008 : Math.min(JOINT, piece.start + piece.pre <= from ? JOINT : from - (piece.start - piece.pre));
    const pre = fresh ? 0 : Math.max(0, Math.min(fade, from - (piece.start - piece.pre)));
    const offset = from - pre - (piece.start - piece.pre);
    const left = piece.buffer.duration - offset;
    if (left <= pre + 0.001) {
      voice.until = Math.min(voice.source.length, piece.start + CHUNK);
      return;
    }
    const when = Math.max(this.ctx.currentTime, voice.t0 + from - pre - voice.p0);
    const node = this.ctx.createBufferSource();
    const gain = this.ctx.createGain();
    node.buffer = piece.buffer;
    node.connect(gain).connect(voice.bus);
    const end = when + left;
    gain.gain.value = 0;
    gain.gain.setValueAtTime(0, when);
    gain.gain.linearRampToValueAtTime(1, when + (pre || fade));
    gain.gain.setValueAtTime(1, Math.max(when + (pre || fade), end - JOINT));
    gain.gain.linearRampToValueAtTime(0, end);
    node.start(snap(when), Math.max(0, offset));
    voice.nodes.push(node);
    if (voice.nodes.length > 4) voice.nodes.shift();
    voice.until = from + left - pre;
  }

  private fadeOut(voice: Voice, when: number): void {
    voice.over = true;
    const gain = voice.bus.gain;
    gain.setValueAtTime(voice.source.gain, Math.max(this.ctx.currentTime, when - 0.004));
    gain.linearRampToValueAtTime(0, when + 0.012);
    const nodes = voice.nodes;
    for (const node of nodes) node.stop(when + 0.05);
  }

  private hush(): void {
    const voice = this.voice;
    this.voice = null;
    if (voice) this.fadeOut(voice, this.ctx.currentTime + 0.004);
  }
}

const covers = (piece: Piece, place: number): boolean =>
  place >= piece.start - piece.pre && place < piece.start - piece.pre + piece.buffer.duration - 0.2;
const keyOf = (source: Source, place: number): string => `${source.id}@${Math.floor(place / CHUNK + 1e-9)}`;
const snap = (t: number): number => Math.round(t * RATE) / RATE;
