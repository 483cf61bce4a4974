/** A plan as chips that a listener reads: one for each verb, in their language. */
import { STEMS, type Op, type Plan, type Stem } from '../api/client';
import { listed, lower, named, number, percent, t, upper, type Key } from '../words.svelte';

type Loose = Record<string, unknown> & { op: string; on?: Stem[]; at?: string };
export type Chip = { index: number; text: string; ink: Stem | null };

export function chipsOf(plan: Plan): Chip[] {
  const all = (plan.ops ?? []) as unknown as Loose[];
  return all.map((op, index) => ({ index, text: upper(say(op, plan) + where(op)), ink: op.on?.length === 1 ? op.on[0]! : null }));
}
/** A short name of a plan, for its history. */
export const nameOf = (plan: Plan): string => {
  const chips = chipsOf(plan);
  if (!chips.length) return plan.kind === 'cover' ? t('chip.cover') : t('history.original');
  return chips.slice(0, 2).map((c) => c.text).join(', ');
};

const partsOf = (op: Loose, plan: Plan): string => {
  const on = op.on ?? [];
  if (on.length === STEMS.length) return t('part.all');
  return listed(on.map((stem) => lower(partName(stem, plan.kind === 'cover'))));
};
export const partName = (stem: Stem, cover = false): string => t(`part.${cover && stem === 'vocals' ? 'melody' : stem}` as Key);

export function placeName(place: string): string {
  if (place.startsWith('bars:')) {
    const [first, last] = place.slice(5).split('-');
    return first === last ? t('place.bar', { first: first! }) : t('place.bars', { first: first!, last: last! });
  }
  const [label, nth] = place.split(':');
  const section = named('section', label!);
  if (!nth) return section;
  return nth === 'last' ? t('place.last', { section }) : t('place.nth', { section, n: nth });
}
const where = (op: Loose): string => {
  const at = op.at ?? 'all';
  return at === 'all' || op.op === 'cut' || op.op === 'repeat' ? '' : ` · ${placeName(at)}`;
};

function say(op: Loose, plan: Plan): string {
  const parts = partsOf(op, plan);
  switch (op.op) {
    case 'arrange': return t('chip.arrange');
    case 'repeat': return t('chip.repeat', { place: placeName(op.at!), times: op.times as number });
    case 'cut': return t('chip.cut', { place: placeName(op.at!) });
    case 'tempo': return tempo(op);
    case 'swing': return t('chip.swing', { amount: percent(op.amount as number) });
    case 'groove': return named('chip.groove', op.feel as string);
    case 'transpose': return transpose(op);
    case 'reharmonize': return op.manner ? t('chip.chords', { manner: named('harmony', op.manner as string) }) : t('chip.chords_own');
    case 'keep': return t('chip.keep', { parts });
    case 'mute': return t('chip.mute', { parts });
    case 'gain': return t((op.gain_db as number) >= 0 ? 'chip.louder' : 'chip.softer', { parts });
    case 'restyle': return t('chip.restyle', { style: named('style', op.style as string), parts });
    case 'revoice': return t('chip.voice', { manner: named('manner', op.manner as string) });
    case 'layer': return t('chip.layer', { part: named('layer', op.part as string), style: named('style', op.style as string) });
    case 'perform': return t('chip.perform', { line: named('line', op.line as string), instrument: named('instrument', op.instrument as string) });
    case 'sample': return t('chip.sample');
    case 'treat': return t('chip.treat', { effects: listed((op.chain as { fx: string }[]).map((fx) => named('fx', fx.fx))), parts });
    case 'duck': return t('chip.duck', { parts });
    default: return op.op;
  }
}
function tempo(op: Loose): string {
  if (op.bpm) return t('chip.bpm', { bpm: number(op.bpm as number) });
  const ratio = op.ratio as number;
  return t(ratio >= 1 ? 'chip.faster' : 'chip.slower', { amount: percent(Math.abs(ratio - 1)) });
}
function transpose(op: Loose): string {
  if (op.key) return t('chip.key', { key: op.key as string });
  const by = op.semitones as number;
  return t(by >= 0 ? 'chip.higher' : 'chip.lower', { count: Math.abs(by) });
}
export const opOf = (plan: Plan, index: number): Op => (plan.ops ?? [])[index]!;
