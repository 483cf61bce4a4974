/** One slider between a song and something else: how far a wish goes. In the middle it is as it was asked for. */
import { STEMS, type Op, type Plan, type Stem } from '../api/client';

type Loose = Record<string, unknown> & { op: string; on?: Stem[]; at?: string };
export const AS_ASKED = 2;
export const FARTHEST = 4;
const AMOUNTS = [0.4, 0.7, 1, 1.4, 1.8] as const;
/** Which parts a new style takes hold of first: the voice is the last that a song loses. */
const ORDER: Stem[] = ['drums', 'bass', 'other', 'vocals'];
const NEAR_PARTS = [1, 2] as const;

/** The plan at a stop between 0, almost the original, and 4, far away. `open`: the uses that its owners opened. */
export function atDistance(asked: Plan, stop: number, open: readonly string[] = []): Plan {
  if (stop === AS_ASKED) return asked;
  const amount = AMOUNTS[stop]!;
  const ops = ((asked.ops ?? []) as unknown as Loose[]).map((op) => scaled(narrowed(op, asked, stop), amount));
  const style = ops.find((op) => op.op === 'restyle')?.style;
  const more: Loose[] = [];
  if (stop > AS_ASKED && style) {
    const layers = ops.filter((op) => op.op === 'layer').map((op) => op.part);
    for (const part of ['pad', 'arp'].slice(0, stop - AS_ASKED)) if (!layers.includes(part)) more.push({ op: 'layer', part, style, gain_db: -9 });
  }
  if (stop === FARTHEST && open.includes('reharmonize') && !ops.some((op) => op.op === 'reharmonize')) more.push({ op: 'reharmonize', manner: 'jazz' });
  return { ...asked, ops: [...ops, ...more] as unknown as Op[] };
}

/** A new style for fewer parts, nearer to the song, or for all that were not promised to stay, further away. */
function narrowed(op: Loose, plan: Plan, stop: number): Loose {
  if (op.op !== 'restyle' || plan.kind === 'cover') return op;
  const kept = ((plan.ops ?? []) as unknown as Loose[]).filter((other) => other.op === 'keep').flatMap((other) => other.on ?? []);
  if (stop > AS_ASKED) return { ...op, on: STEMS.filter((stem) => op.on?.includes(stem) || (stem !== 'vocals' && !kept.includes(stem))) };
  const touched = ORDER.filter((stem) => op.on?.includes(stem));
  return { ...op, on: STEMS.filter((stem) => touched.slice(0, NEAR_PARTS[stop]).includes(stem)) };
}

const clipped = (value: number, low: number, high: number): number => Math.round(Math.min(high, Math.max(low, value)) * 1000) / 1000;
function scaled(op: Loose, by: number): Loose {
  switch (op.op) {
    case 'tempo': return typeof op.ratio === 'number' ? { ...op, ratio: clipped(1 + (op.ratio - 1) * by, 0.25, 4) } : op;
    case 'transpose': return typeof op.semitones === 'number' ? { ...op, semitones: Math.sign(op.semitones) * Math.max(1, Math.min(24, Math.round(Math.abs(op.semitones) * by))) } : op;
    case 'gain': return { ...op, gain_db: clipped((op.gain_db as number) * by, -60, 24) };
    case 'swing': return { ...op, amount: clipped((op.amount as number) * by, 0, 1) };
    case 'duck': return { ...op, depth_db: clipped((op.depth_db as number) * by, 1, 24) };
    case 'layer':
    case 'sample': return { ...op, gain_db: clipped(((op.gain_db as number | undefined) ?? 0) + 20 * Math.log10(by), -60, 24) };
    case 'treat': return { ...op, chain: (op.chain as Record<string, unknown>[]).map((fx) => treated(fx, by)) };
    default: return op;
  }
}
function treated(fx: Record<string, unknown>, by: number): Record<string, unknown> {
  const next = { ...fx };
  for (const name of ['mix', 'depth', 'wow']) if (typeof fx[name] === 'number') next[name] = clipped((fx[name] as number) * by, 0, 1);
  if (typeof fx.drive_db === 'number') next.drive_db = clipped(fx.drive_db * by, 0, 36);
  if (typeof fx.gain_db === 'number') next.gain_db = clipped(fx.gain_db * by, -60, 24);
  if (typeof fx.cutoff_hz === 'number') next.cutoff_hz = clipped(fx.mode === 'low-pass' ? fx.cutoff_hz / by : fx.cutoff_hz * by, 20, 20000);
  return next;
}

/** Whether another number gives another idea: only what is played anew is played differently. */
export const hasIdeas = (plan: Plan): boolean =>
  plan.kind === 'cover' || ((plan.ops ?? []) as unknown as Loose[]).some((op) => ['restyle', 'layer', 'perform'].includes(op.op));
/** The same plan as another take. */
export const takeOf = (plan: Plan, n: number): Plan => ({ ...plan, seed: ((plan.seed ?? 0) + n * 7919) % 2 ** 32 });
