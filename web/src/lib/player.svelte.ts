/** The one player of the page: a song, its remix where there is one, and which of them sounds. */
import { asTrouble, type Trouble } from './api/client';
import { sound } from './sound.svelte';
import { Deck } from './sound/deck';
import { barAt, fromSource, nextBeat, toSource } from './sound/form';
import { match, type Side } from './sound/sources';

export type Track = { songId: string; remixId: string; title: string; artist: string; href: string; beats: number; original: Side; remix: Side | null };
export type Which = 'original' | 'remix';

class Player {
  track = $state.raw<Track | null>(null);
  which = $state<Which>('original');
  playing = $state(false);
  waiting = $state(false);
  place = $state(0);
  trouble = $state.raw<Trouble | null>(null);
  /** How long the last swap took until it sounded. Unit: milliseconds. */
  swapMs = 0;
  private made: Deck | null = null;

  get deck(): Deck {
    if (!this.made) {
      this.made = new Deck();
      this.made.onchange = () => this.look();
      this.made.onend = () => this.finish();
      this.made.ontrouble = (error) => (this.trouble = asTrouble(error));
      requestAnimationFrame(() => this.tick());
    }
    return this.made;
  }
  get side(): Side | null {
    return this.track ? (this.which === 'remix' ? (this.track.remix ?? this.track.original) : this.track.original) : null;
  }
  get length(): number {
    return this.side?.form.length ?? 0;
  }
  get bar() {
    return this.side ? barAt(this.side.form, this.place) : undefined;
  }
  /** Where in the recording we are, whichever side sounds. */
  get sourcePlace(): number {
    return this.side ? toSource(this.side.form, this.place) : 0;
  }

  load(track: Track, which: Which = track.remix ? 'remix' : 'original', place = 0): void {
    this.finish();
    match(track.original, track.remix);
    this.track = track;
    this.which = track.remix ? which : 'original';
    this.trouble = null;
    this.deck.load(this.side!.source, place);
  }
  async toggle(): Promise<void> {
    this.trouble = null;
    if (this.deck.playing) this.deck.pause();
    else await this.deck.play();
  }
  async play(): Promise<void> {
    this.trouble = null;
    if (!this.deck.playing) await this.deck.play();
  }
  async seek(place: number): Promise<void> {
    await this.deck.seek(Math.max(0, Math.min(this.length - 0.1, place)));
  }

  /** The other side, at the same bar and beat. */
  async hear(which: Which): Promise<void> {
    const track = this.track;
    if (!track || which === this.which || (which === 'remix' && !track.remix)) return;
    const from = this.side!;
    this.which = which;
    const to = this.side!;
    await this.shift(from, to, false);
  }
  /** Another remix of the same song under the ear: on the next beat while something sounds. */
  async replace(remix: Side | null, { start = false } = {}): Promise<void> {
    const track = this.track;
    if (!track) return;
    const from = this.side!;
    this.finish();
    match(track.original, remix);
    this.track = { ...track, remix };
    this.which = remix ? 'remix' : 'original';
    if (start || this.deck.playing) await this.shift(from, this.side!, true);
    else this.deck.load(this.side!.source, fromSource(this.side!.form, toSource(from.form, this.place), this.place));
  }
  private async shift(from: Side, to: Side, onBeat: boolean): Promise<void> {
    const track = this.track!;
    const map = (place: number) => fromSource(to.form, toSource(from.form, place), place);
    const grid = onBeat ? (place: number) => nextBeat(from.form, place, track.beats) : undefined;
    if (!this.deck.playing) {
      this.deck.load(to.source, map(this.place));
      if (onBeat) await this.deck.play();
      return;
    }
    const took = await this.deck.swap(to.source, map, grid);
    if (took) this.swapMs = took * 1000;
  }

  /** A listening is over where something else is put on, at the end, and when the page goes: a pause is a part of it. */
  finish(): void {
    const remix = this.track?.remix;
    if (remix?.listen?.end()) this.deck.forget(remix.source.id);
  }
  private look(): void {
    this.playing = this.deck.playing;
    this.place = this.deck.position;
  }
  private tick(): void {
    if (this.deck.playing) {
      this.place = this.deck.position;
      this.waiting = this.deck.waiting;
      if (this.track?.remix && this.which === 'original') void this.deck.ready(this.track.remix.source, this.other());
      if (this.track && this.which === 'remix') void this.deck.ready(this.track.original.source, this.sourcePlace);
    }
    this.track?.remix?.listen?.tick(performance.now() / 1000, this.playing && !this.waiting && this.which === 'remix');
    requestAnimationFrame(() => this.tick());
  }
  private other(): number {
    return fromSource(this.track!.remix!.form, this.sourcePlace, this.place);
  }
}

export const player = new Player();
sound.player = player;
addEventListener('pagehide', () => player.finish());
