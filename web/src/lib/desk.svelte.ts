/** The bench: one song, the plan that sounds now, what was tried before, and what became of a wish. */
import { api, asTrouble, got, Trouble, type Judged, type Levels, type Plan, type Recording, type Remix } from './api/client';
import { follow, type Step } from './api/jobs';
import { atDistance, AS_ASKED, takeOf } from './plan/distance';
import { emptyPlan, isEmpty } from './plan/edit';
import { nameOf } from './plan/chips';
import { player } from './player.svelte';
import { go } from './router.svelte';
import { formOf, type Form } from './sound/form';
import { Listen } from './sound/plays';
import { madeSide, originalSide, plannedSide } from './sound/sources';
import { t, type Key } from './words.svelte';

/** What was tried: the plan; how far it goes, and from what wish; its takes, and which of them sounds. */
export type Entry = { judged: Judged | null; name: string; base?: Plan; stop?: number; takes?: Judged[]; take?: number };
export type Wish = { prompt?: string; plan?: Plan; kind?: 'remix' | 'cover'; seed?: number };
type Ways = { start?: boolean; name?: string; base?: Plan; stop?: number };
const TAKES = 3;

class Desk {
  song = $state.raw<Recording | null>(null);
  levels = $state.raw<Levels | null>(null);
  original = $state.raw<Form>({ bars: [], length: 0 });
  trail = $state.raw<Entry[]>([]);
  at = $state(0);
  refused = $state.raw<Judged | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  words = $state('');
  busy = $state(false);
  share = $state<'private' | 'public'>('private');
  making = $state.raw<Step | null>(null);
  remix = $state.raw<Remix | null>(null);
  asked = $state('');
  /** What the owners changed while it was open. */
  news = $state<'' | 'closed' | 'changed'>('');
  private turn = 0;

  get entry(): Entry | null {
    return this.trail[this.at] ?? null;
  }
  get judged(): Judged | null {
    return this.entry?.judged ?? null;
  }
  get plan(): Plan {
    return this.judged?.plan ?? emptyPlan(this.song?.recording_id ?? '');
  }
  get form(): Form {
    return this.judged ? { bars: this.judged.form.bars, length: this.judged.form.length_s } : this.original;
  }
  get mine(): boolean {
    return this.song?.state === 'yours';
  }
  get beats(): number {
    return Number(this.song?.analysis?.meter?.[0] ?? 4);
  }

  async open(id: string, query = ''): Promise<void> {
    const turn = ++this.turn;
    this.trouble = null;
    const asked = new URLSearchParams(query);
    if (this.song?.recording_id !== id) {
      this.song = null;
      this.levels = null;
      Object.assign(this, { trail: [], at: 0, refused: null, remix: null, making: null, asked: '', words: '', news: '' });
      try {
        const song = await got(api.GET('/v1/recordings/{recording_id}', { params: { path: { recording_id: id } } }));
        if (turn !== this.turn) return;
        this.take(song);
      } catch (error) {
        if (turn === this.turn) this.trouble = asTrouble(error);
        return;
      }
      void this.see(id);
    }
    await this.recall(asked.get('plan') ?? (asked.has('new') ? '' : (localStorage.getItem(`draft:${id}`) ?? '')), asked.get('remix') ?? '', turn);
  }
  private take(song: Recording): void {
    this.song = song;
    this.original = formOf(song.analysis, song.duration_s);
    this.trail = [{ judged: null, name: '' }];
    this.at = 0;
    if (player.track?.songId !== song.recording_id || player.track.remixId) {
      const here = player.track?.songId === song.recording_id ? player.sourcePlace : 0;
      player.load(
        { songId: song.recording_id, remixId: '', title: song.title, artist: song.artist, href: `/song/${song.recording_id}`, beats: this.beats, original: originalSide(song), remix: null },
        'original',
        here,
      );
    } else {
      player.track = { ...player.track, original: { ...originalSide(song), source: player.track.original.source }, beats: this.beats };
    }
    const beat = song.analysis ? Math.min(180, Math.max(90, 15000 / song.analysis.tempo_bpm)) : 125;
    document.documentElement.style.setProperty('--beat', `${beat}ms`);
  }
  private async see(id: string): Promise<void> {
    const levels = await got(api.GET('/v1/recordings/{recording_id}/stems/levels', { params: { path: { recording_id: id } } })).catch(() => null);
    if (this.song?.recording_id === id) this.levels = levels;
  }
  /** A plan or a remix that an address names: shown, not played. */
  private async recall(planId: string, remixId: string, turn: number): Promise<void> {
    if (!remixId && (this.judged?.plan_id ?? '') === planId) return;
    const known = this.trail.findLastIndex((entry) => (entry.judged?.plan_id ?? '') === planId);
    if (known >= 0 && !remixId) {
      if (known !== this.at) await this.stand(known);
      return;
    }
    try {
      if (remixId && this.remix?.remix_id !== remixId) {
        const remix = await got(api.GET('/v1/remixes/{remix_id}', { params: { path: { remix_id: remixId } } }));
        const judged = await this.judge({ plan: remix.plan });
        if (turn !== this.turn) return;
        this.add(judged, remix.title);
        await this.keep(remix, judged);
      } else if (planId && !remixId) {
        const judged = await got(api.GET('/v1/plans/{plan_id}', { params: { path: { plan_id: planId } } }));
        if (turn !== this.turn) return;
        if (judged.source.recording_id !== this.song?.recording_id) return;
        await this.settle(judged, {});
      }
    } catch {
      localStorage.removeItem(`draft:${this.song?.recording_id}`);
    }
  }

  // ------------------------------------------------------------------ wishes

  private judge(wish: Wish): Promise<Judged> {
    const body = { recording_id: this.song!.recording_id, kind: wish.kind ?? 'remix', share: this.share, mine: this.mine, seed: wish.seed ?? 0, prompt: wish.prompt ?? null, plan: (wish.plan ?? null) as never };
    return got(api.POST('/v1/plans', { body }));
  }
  /** Say a wish or change the plan: it is judged, and what may be made sounds at the same place. */
  async wish(wish: Wish, ways: Ways = {}): Promise<void> {
    if (!this.song) return;
    if (!wish.prompt && wish.plan && isEmpty(wish.plan)) return this.stand(0, true);
    const turn = ++this.turn;
    this.busy = true;
    this.trouble = null;
    this.asked = '';
    try {
      const judged = await this.judge(wish);
      if (turn !== this.turn) return;
      this.busy = false;
      await this.settle(judged, ways);
    } catch (error) {
      if (turn !== this.turn) return;
      this.refused = null;
      this.trouble = asTrouble(error);
    } finally {
      if (turn === this.turn) this.busy = false;
    }
  }
  private async settle(judged: Judged, ways: Ways): Promise<void> {
    const allowed = judged.decision.outcome.startsWith('allow');
    this.refused = allowed ? null : judged;
    if (!allowed) return;
    this.add(judged, ways.name ?? nameOf(judged.plan), ways);
    await this.sound(ways.start);
  }
  private add(judged: Judged, name: string, { base, stop }: Ways = {}): void {
    if (judged.plan_id === this.judged?.plan_id) {
      if (stop !== undefined) this.put({ base, stop });
      return;
    }
    this.trail = [...this.trail.slice(0, this.at + 1), { judged, name, base, stop }];
    this.at = this.trail.length - 1;
    this.remix = null;
    this.remember();
  }
  /** The same moment of what was tried, with something of it changed. */
  private put(change: Partial<Entry>): void {
    this.trail = this.trail.map((entry, n) => (n === this.at ? { ...entry, ...change } : entry));
  }
  private async sound(start = false): Promise<void> {
    const side = this.judged?.preview_url ? plannedSide(this.judged) : null;
    await player.replace(side, { start });
  }
  private remember(): void {
    const id = this.song!.recording_id;
    const plan = this.judged?.plan_id;
    if (plan) localStorage.setItem(`draft:${id}`, plan);
    else localStorage.removeItem(`draft:${id}`);
    go(plan ? `/song/${id}?plan=${plan}` : `/song/${id}`);
  }

  // ------------------------------------------------------------------ nearer, further, another take

  /** The wish as it was, nearer to the song or further away. */
  async reach(stop: number): Promise<void> {
    const { entry, song } = this;
    if (!entry?.judged || !song) return;
    const base = entry.base ?? entry.judged.plan;
    const plan = atDistance(base, stop, song.scopes);
    await this.wish({ plan, kind: plan.kind }, { start: true, name: t(`distance.${stop}` as Key), base, stop });
  }
  get stop(): number {
    return this.entry?.stop ?? AS_ASKED;
  }
  /** Two more takes of the same plan beside this one: the same wish, played by another hand. */
  async rehearse(): Promise<void> {
    const first = this.judged;
    if (!first || this.busy) return;
    const turn = ++this.turn;
    this.busy = true;
    this.trouble = null;
    try {
      const more = await Promise.all(Array.from({ length: TAKES - 1 }, (_, n) => this.judge({ plan: takeOf(first.plan, n + 1), kind: first.plan.kind })));
      if (turn !== this.turn) return;
      this.put({ takes: [first, ...more], take: 0 });
      await this.hearTake(1);
    } catch (error) {
      if (turn === this.turn) this.trouble = asTrouble(error);
    } finally {
      if (turn === this.turn) this.busy = false;
    }
  }
  /** Another of the takes, at the same bar, under the ear. */
  async hearTake(take: number): Promise<void> {
    const judged = this.entry?.takes?.[take];
    if (!judged || take === this.entry?.take) return;
    this.put({ judged, take });
    this.remix = null;
    this.remember();
    await this.sound(true);
  }

  // ------------------------------------------------------------------ what the owners change meanwhile

  /** The owners may close a song while it is open here: what may be made, and whether it sounds on, is asked anew. */
  async hearOwners(): Promise<void> {
    const { song, judged } = this;
    if (!song) return;
    const now = await got(api.GET('/v1/recordings/{recording_id}', { params: { path: { recording_id: song.recording_id } } })).catch(() => null);
    if (!now || this.song?.recording_id !== song.recording_id) return;
    const same = now.state === song.state && [...now.scopes].sort().join() === [...song.scopes].sort().join();
    if (same) return;
    this.song = now;
    this.news = now.state === 'closed' ? 'closed' : 'changed';
    if (!judged || this.making) return;
    const again = await this.judge({ plan: judged.plan, kind: judged.plan.kind }).catch(() => null);
    if (!again || this.judged?.plan_id !== judged.plan_id) return;
    const allowed = again.decision.outcome.startsWith('allow');
    this.refused = allowed ? null : again;
    if (!allowed) await player.replace(null);
    else this.put({ judged: again });
  }

  // ------------------------------------------------------------------ what was tried

  /** Go to what was tried before, or the original at the beginning. */
  async stand(index: number, fresh = false): Promise<void> {
    if (fresh) this.trail = [...this.trail.slice(0, this.at + 1), { judged: null, name: '' }];
    this.at = fresh ? this.trail.length - 1 : Math.max(0, Math.min(this.trail.length - 1, index));
    Object.assign(this, { refused: null, trouble: null, remix: null, asked: '', news: '' });
    this.remember();
    await this.sound();
  }
  undo = (): Promise<void> => this.stand(this.at - 1);
  redo = (): Promise<void> => this.stand(this.at + 1);

  /** Private or shared is part of what is asked: the plan is judged again. */
  async setShare(share: 'private' | 'public'): Promise<void> {
    this.share = share;
    const judged = this.judged;
    if (!judged || this.remix) return;
    try {
      const again = await this.judge({ plan: judged.plan });
      const allowed = again.decision.outcome.startsWith('allow');
      this.refused = allowed ? null : again;
      if (allowed) this.put({ judged: again });
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }

  // ------------------------------------------------------------------ making

  async make(): Promise<void> {
    const judged = this.judged;
    if (!judged || this.making || this.refused) return;
    const song = this.song!.recording_id;
    this.making = { stage: 'rights', share: 0 };
    this.trouble = null;
    try {
      const started = await got(api.POST('/v1/remixes', { body: { plan_id: judged.plan_id, share: this.share, kind: 'remix', mine: this.mine, seed: 0 } }));
      const ended = await follow(started.job_id, (step) => {
        if (this.song?.recording_id === song) this.making = step;
      });
      let remix = ended.remix!;
      if (this.share === 'public' && remix.share === 'private') {
        remix = await got(api.POST('/v1/remixes/{remix_id}/publish', { params: { path: { remix_id: remix.remix_id } } }));
      }
      if (this.song?.recording_id !== song || this.judged?.plan_id !== judged.plan_id) return;
      await this.keep(remix, judged);
      go(`/song/${song}?plan=${judged.plan_id}&remix=${remix.remix_id}`, { replace: true });
    } catch (error) {
      if (this.song?.recording_id === song) this.trouble = asTrouble(error);
    } finally {
      if (this.song?.recording_id === song) this.making = null;
    }
  }
  private async keep(remix: Remix, judged: Judged): Promise<void> {
    this.remix = remix;
    this.share = remix.share;
    await player.replace(madeSide(remix, { bars: judged.form.bars, length: judged.form.length_s }, new Listen(remix.remix_id)));
  }
  async publish(): Promise<void> {
    if (!this.remix) return;
    try {
      this.remix = await got(api.POST('/v1/remixes/{remix_id}/publish', { params: { path: { remix_id: this.remix.remix_id } } }));
      this.share = 'public';
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }
  /** Send the request that an owner wants to be asked with. */
  async ask(): Promise<void> {
    const plan = this.refused?.plan_id;
    if (!plan) return;
    try {
      const started = await got(api.POST('/v1/remixes', { body: { plan_id: plan, share: this.share, kind: 'remix', mine: false, seed: 0 } }));
      await follow(started.job_id, () => undefined);
    } catch (error) {
      const { told } = asTrouble(error);
      if (told.code === 'rights.needs_approval') this.asked = told.request_id ?? 'sent';
      else this.trouble = asTrouble(error);
    }
  }
}

export const desk = new Desk();
