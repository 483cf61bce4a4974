/** Hear what the home shows: a song, or a remix beside the song that it was made from. */
import { asTrouble, type Judged, type Recording, type RecordingItem, type Remix } from './api/client';
import { home } from './home.svelte';
import { player, type Track } from './player.svelte';
import { Listen } from './sound/plays';
import { madeSide, originalSide } from './sound/sources';

/** An original and its remix, ready to be compared at the same bar. */
function trackOf(remix: Remix, [song, judged]: [Recording, Judged]): Track {
  const form = { bars: judged.form.bars, length: judged.form.length_s };
  return {
    songId: song.recording_id, remixId: remix.remix_id, title: remix.title, artist: song.artist, href: remix.share_url,
    beats: Number(song.analysis?.meter?.[0] ?? 4), original: originalSide(song), remix: madeSide(remix, form, new Listen(remix.remix_id)),
  };
}
export async function hearRemix(remix: Remix): Promise<void> {
  if (player.track?.remixId === remix.remix_id) return player.toggle();
  try {
    const track = trackOf(remix, await home.pair(remix));
    const chorus = track.remix?.form.bars.find((bar) => bar.label === 'chorus');
    player.load(track, 'remix', remix === home.hero ? (chorus?.start_s ?? 0) : 0);
    await player.play();
  } catch (error) {
    home.trouble = asTrouble(error);
  }
}
export async function hearSong(song: RecordingItem): Promise<void> {
  if (player.track?.songId === song.recording_id && !player.track.remixId) return player.toggle();
  player.load({ songId: song.recording_id, remixId: '', title: song.title, artist: song.artist, href: `/song/${song.recording_id}`, beats: 4, original: originalSide(song), remix: null });
  await player.play();
}
