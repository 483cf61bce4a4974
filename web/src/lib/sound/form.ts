/** Where one is in the music: bars of the original and bars of a result, and the way between them. */
import type { Analysis, FormBar } from '../api/client';

export type Bar = Pick<FormBar, 'start_s' | 'end_s' | 'source' | 'source_start_s' | 'source_end_s' | 'label' | 'occurrence' | 'section' | 'place' | 'length'>;
export type Form = { bars: Bar[]; length: number };
export type Block = { section: number; label: string; occurrence: number; first: number; last: number; start: number; end: number; bars: Bar[] };

/** The form of the recording itself, as it was heard. */
export function formOf(analysis: Analysis | null | undefined, duration: number): Form {
  const downs = analysis?.downbeats ?? [];
  const bars: Bar[] = [];
  const seen = new Map<string, number>();
  let section = -1;
  for (const [n, start] of downs.entries()) {
    const end = downs[n + 1] ?? Math.min(duration, start + (start - (downs[n - 1] ?? start - 2)));
    const middle = (start + end) / 2;
    const index = (analysis?.sections ?? []).findIndex((s) => s.start_s <= middle && middle < s.end_s);
    const label = analysis?.sections?.[index]?.label ?? 'part';
    if (index !== section || n === 0) {
      section = index;
      seen.set(label, (seen.get(label) ?? 0) + 1);
    }
    bars.push({ start_s: start, end_s: end, source: n + 1, source_start_s: start, source_end_s: end, label, occurrence: seen.get(label) ?? 1, section: index, place: 0, length: 1 });
  }
  for (const block of blocksOf({ bars, length: duration }))
    for (const [n, bar] of block.bars.entries()) {
      bar.place = n;
      bar.length = block.bars.length;
    }
  return { bars, length: duration };
}

/** The bars of each section together, in order. */
export function blocksOf(form: Form): Block[] {
  const blocks: Block[] = [];
  for (const bar of form.bars) {
    const last = blocks.at(-1);
    if (last && last.section === bar.section && bar.source === last.last + 1) {
      last.bars.push(bar);
      last.last = bar.source;
      last.end = bar.end_s;
    } else {
      blocks.push({ section: bar.section, label: bar.label, occurrence: bar.occurrence, first: bar.source, last: bar.source, start: bar.start_s, end: bar.end_s, bars: [bar] });
    }
  }
  return blocks;
}

export function barAt(form: Form, place: number): Bar | undefined {
  let low = 0;
  let high = form.bars.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (form.bars[mid]!.start_s <= place) low = mid;
    else high = mid - 1;
  }
  return form.bars[low];
}

/** The place in the recording that a place of a result plays. */
export function toSource(form: Form, place: number): number {
  const bar = barAt(form, place);
  if (!bar) return place;
  const first = form.bars[0]!;
  if (place < first.start_s) return first.source_start_s - (first.start_s - place);
  const share = (place - bar.start_s) / (bar.end_s - bar.start_s);
  return bar.source_start_s + share * (bar.source_end_s - bar.source_start_s);
}

/** The place of a result that plays a place of the recording: of several the nearest to `near`, of none the next. */
export function fromSource(form: Form, source: number, near = source): number {
  let best: number | null = null;
  for (const bar of form.bars) {
    if (source < bar.source_start_s - 0.02 || source >= bar.source_end_s - 0.02) continue;
    const share = Math.max(0, (source - bar.source_start_s) / (bar.source_end_s - bar.source_start_s));
    const place = bar.start_s + share * (bar.end_s - bar.start_s);
    if (best === null || Math.abs(place - near) < Math.abs(best - near)) best = place;
  }
  if (best !== null) return best;
  const first = form.bars[0];
  if (first && source < first.source_start_s) return Math.max(0, first.start_s - (first.source_start_s - source));
  const next = form.bars.find((bar) => bar.source_start_s >= source);
  if (next) return next.start_s;
  const last = form.bars.at(-1);
  return last ? Math.min(form.length - 0.2, last.end_s + Math.max(0, source - last.source_end_s)) : source;
}

/** The next beat from a place on; where it is further than `within`, the next half beat. Unit: seconds. */
export function nextBeat(form: Form, place: number, beats: number, within = 0.28): number {
  const bar = barAt(form, place);
  if (!bar || place < bar.start_s || place > bar.end_s) return place;
  const beat = (bar.end_s - bar.start_s) / beats;
  const steps = (place - bar.start_s) / beat;
  const whole = bar.start_s + Math.ceil(steps - 1e-6) * beat;
  return whole - place <= within ? whole : bar.start_s + (Math.ceil(steps * 2 - 1e-6) / 2) * beat;
}
