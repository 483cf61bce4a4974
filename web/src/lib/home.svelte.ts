/** What the home shows: the songs, what they feel like, and one pair that can be heard at once. */
import { api, asTrouble, got, type Judged, type Recording, type RecordingItem, type Remix, type Trouble } from './api/client';

const ORDER: Record<string, number> = { yours: 0, 'open to remix': 1, 'open to covers': 2, 'asks first': 3, closed: 4 };
const WORDS = ['style', 'mood', 'scene'];
/** How much of a remix a trained model may have touched before one would rather not hear it. */
export const DIALS = ['none', 'band', 'all'] as const;
export type Dial = (typeof DIALS)[number];
const said = localStorage.getItem('dial');

class Home {
  songs = $state.raw<RecordingItem[] | null>(null);
  moods = $state<Record<string, string[]>>({});
  remixes = $state.raw<Remix[]>([]);
  dial = $state<Dial>(DIALS.find((name) => name === said) ?? 'all');
  trouble = $state.raw<Trouble | null>(null);
  found = $state.raw<RecordingItem[] | null>(null);
  hero = $state.raw<Remix | null>(null);
  private readonly pairs = new Map<string, Promise<[Recording, Judged]>>();

  async load(): Promise<void> {
    this.trouble = null;
    try {
      const songs: RecordingItem[] = [];
      for (let after: string | null = null; songs.length < 400; ) {
        const page: { items: RecordingItem[]; next?: string | null } = await got(api.GET('/v1/recordings', { params: { query: { limit: 200, after } } }));
        songs.push(...page.items);
        after = page.next ?? null;
        if (!after) break;
      }
      this.songs = songs.sort((a, b) => (ORDER[a.state] ?? 5) - (ORDER[b.state] ?? 5) || a.title.localeCompare(b.title));
      await this.feed();
      this.hero = this.remixes.find((remix) => remix.plan.kind === 'remix') ?? this.remixes[0] ?? null;
      if (this.hero) void this.pair(this.hero).catch(() => undefined);
      for (const song of this.songs.slice(0, 12)) void this.feel(song.recording_id);
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }
  private async feed(): Promise<void> {
    const asked = this.dial;
    const page = await got(api.GET('/v1/remixes', { params: { query: { limit: 24, ai: asked } } }));
    if (asked === this.dial) this.remixes = page.items.filter((remix) => remix.state === 'published');
  }
  /** Set the AI dial: what one would rather not hear is not listed, here and wherever this browser asks. */
  async turn(dial: Dial): Promise<void> {
    this.dial = dial;
    localStorage.setItem('dial', dial);
    await this.feed().catch((error: unknown) => (this.trouble = asTrouble(error)));
  }
  private async feel(id: string): Promise<void> {
    if (this.moods[id]) return;
    const { tags } = await got(api.GET('/v1/recordings/{recording_id}/tags', { params: { path: { recording_id: id } } })).catch(() => ({ tags: [] }));
    this.moods[id] = WORDS.flatMap((kind) => tags.filter((tag) => tag.kind === kind).slice(0, 1).map((tag) => tag.value)).slice(0, 2);
  }
  /** What is known of a remix and its song before they are compared: asked once. */
  pair(remix: Remix): Promise<[Recording, Judged]> {
    const known = this.pairs.get(remix.remix_id);
    if (known) return known;
    const id = remix.source.recording_id;
    const asked = Promise.all([
      got(api.GET('/v1/recordings/{recording_id}', { params: { path: { recording_id: id } } })),
      got(api.POST('/v1/plans', { body: { recording_id: id, plan: remix.plan as never, kind: 'remix', share: 'private', mine: false, seed: 0 } })),
    ]);
    this.pairs.set(remix.remix_id, asked);
    asked.catch(() => this.pairs.delete(remix.remix_id));
    return asked;
  }
  hear = async (remix: Remix): Promise<void> => (await import('./hear')).hearRemix(remix);
  hearSong = async (song: RecordingItem): Promise<void> => (await import('./hear')).hearSong(song);
  async search(words: string): Promise<void> {
    const wanted = words.trim();
    if (!wanted) {
      this.found = null;
      return;
    }
    const low = wanted.toLocaleLowerCase();
    const byName = (this.songs ?? []).filter((song) => `${song.title} ${song.artist}`.toLocaleLowerCase().includes(low));
    if (byName.length) {
      this.found = byName;
      return;
    }
    const felt = await got(api.GET('/v1/recordings', { params: { query: { feel: wanted, limit: 12 } } })).catch(() => null);
    this.found = felt?.items ?? [];
  }
}
export const home = new Home();
