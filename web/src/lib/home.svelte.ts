/** What the home shows: the songs, what they feel like, and one pair that can be heard at once. */
import { api, asTrouble, got, type RecordingItem, type Remix, type Trouble } from './api/client';
import { player, type Track } from './player.svelte';
import { Listen } from './sound/plays';
import { madeSide, originalSide } from './sound/sources';

const ORDER: Record<string, number> = { yours: 0, 'open to remix': 1, 'open to covers': 2, 'asks first': 3, closed: 4 };
const WORDS = ['style', 'mood', 'scene'];

class Home {
  songs = $state.raw<RecordingItem[] | null>(null);
  moods = $state<Record<string, string[]>>({});
  remixes = $state.raw<Remix[]>([]);
  trouble = $state.raw<Trouble | null>(null);
  found = $state.raw<RecordingItem[] | null>(null);
  hero = $state.raw<Remix | null>(null);
  private heroTrack: Promise<Track> | null = null;

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
      const remixes = await got(api.GET('/v1/remixes', { params: { query: { limit: 24 } } }));
      this.remixes = remixes.items.filter((remix) => remix.state === 'published');
      this.hero = this.remixes.find((remix) => remix.plan.kind === 'remix') ?? this.remixes[0] ?? null;
      if (this.hero) this.heroTrack = this.pair(this.hero).catch((error: unknown) => Promise.reject(asTrouble(error)));
      this.heroTrack?.catch(() => undefined);
      for (const song of this.songs.slice(0, 12)) void this.feel(song.recording_id);
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }
  private async feel(id: string): Promise<void> {
    if (this.moods[id]) return;
    const { tags } = await got(api.GET('/v1/recordings/{recording_id}/tags', { params: { path: { recording_id: id } } })).catch(() => ({ tags: [] }));
    this.moods[id] = WORDS.flatMap((kind) => tags.filter((tag) => tag.kind === kind).slice(0, 1).map((tag) => tag.value)).slice(0, 2);
  }
  /** An original and its remix, ready to be compared at the same bar. */
  private async pair(remix: Remix): Promise<Track> {
    const id = remix.source.recording_id;
    const [song, judged] = await Promise.all([
      got(api.GET('/v1/recordings/{recording_id}', { params: { path: { recording_id: id } } })),
      got(api.POST('/v1/plans', { body: { recording_id: id, plan: remix.plan as never, kind: 'remix', share: 'private', mine: false, seed: 0 } })),
    ]);
    const form = { bars: judged.form.bars, length: judged.form.length_s };
    return {
      songId: id, remixId: remix.remix_id, title: remix.title, artist: song.artist, href: remix.share_url,
      beats: Number(song.analysis?.meter?.[0] ?? 4), original: originalSide(song), remix: madeSide(remix, form, new Listen(remix.remix_id)),
    };
  }
  async hear(remix: Remix): Promise<void> {
    if (player.track?.remixId === remix.remix_id) return player.toggle();
    try {
      const track = await (remix === this.hero && this.heroTrack ? this.heroTrack : this.pair(remix));
      const chorus = track.remix?.form.bars.find((bar) => bar.label === 'chorus');
      player.load(track, 'remix', remix === this.hero ? (chorus?.start_s ?? 0) : 0);
      await player.play();
    } catch (error) {
      this.trouble = asTrouble(error);
    }
  }
  async hearSong(song: RecordingItem): Promise<void> {
    if (player.track?.songId === song.recording_id && !player.track.remixId) return player.toggle();
    player.load({ songId: song.recording_id, remixId: '', title: song.title, artist: song.artist, href: `/song/${song.recording_id}`, beats: 4, original: originalSide(song), remix: null });
    await player.play();
  }
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
