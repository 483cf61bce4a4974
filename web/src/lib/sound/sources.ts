/** What the deck can play: an original, a plan before it is made, a finished remix. Unit: gain so that both sides are equally loud. */
import { bytes, type Judged, type Recording, type RecordingItem, type Remix } from '../api/client';
import type { Source } from './deck';
import { formOf, type Form } from './form';
import type { Listen } from './plays';

export type Side = { source: Source; form: Form; lufs: number; listen?: Listen };
const UNHEARD_LUFS = -16;

const stretch = (path: string) => (start: number, length: number): string =>
  `${path}${path.includes('?') ? '&' : '?'}start_s=${start.toFixed(4)}&length_s=${Math.max(0.05, length).toFixed(4)}`;

export function originalSide(song: Recording | RecordingItem): Side {
  const analysis = 'analysis' in song ? song.analysis : null;
  const at = stretch(`/v1/recordings/${encodeURIComponent(song.recording_id)}/audio`);
  return {
    source: { id: song.recording_id, length: song.duration_s, gain: 1, load: (start, length, signal) => bytes(at(start, length), signal) },
    form: formOf(analysis, song.duration_s),
    lufs: analysis?.loudness_lufs ?? UNHEARD_LUFS,
  };
}
export function plannedSide(judged: Judged): Side {
  const at = stretch(judged.preview_url!);
  return {
    source: { id: judged.plan_id, length: judged.form.length_s, gain: 1, load: (start, length, signal) => bytes(at(start, length), signal) },
    form: { bars: judged.form.bars, length: judged.form.length_s },
    lufs: judged.plan.master?.lufs ?? -14,
  };
}
export function madeSide(remix: Remix, form: Form, listen: Listen): Side {
  const at = stretch(remix.audio_url);
  return {
    source: { id: remix.remix_id, length: remix.duration_s, gain: 1, load: (start, length, signal) => bytes(at(start, length), signal, listen) },
    form,
    lufs: remix.loudness_lufs,
    listen,
  };
}
/** What somebody asks to be allowed, for whoever answers: it is compared at the same moment of the song. */
export function askedSide(requestId: string, original: Side): Side {
  const at = stretch(`/v1/approvals/${encodeURIComponent(requestId)}/preview`);
  return {
    source: { id: requestId, length: original.source.length, gain: 1, load: (start, length, signal) => bytes(at(start, length), signal) },
    form: original.form,
    lufs: -14,
  };
}
/** Make two sides equally loud, by turning the louder one down. */
export function match(one: Side, other: Side | null): void {
  const level = Math.min(one.lufs, other?.lufs ?? one.lufs);
  for (const side of [one, other]) if (side) side.source.gain = Math.min(1, 10 ** ((level - side.lufs) / 20));
}
