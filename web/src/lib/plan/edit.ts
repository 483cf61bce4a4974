/** Edits of a plan that need no words: fewer chips, more or less of one, levels, sections. A plan is never changed, only made anew. */
import { STEMS, type Op, type Plan, type Stem } from '../api/client';
import { blocksOf, type Block, type Form } from '../sound/form';

type Loose = Record<string, unknown> & { op: string; on?: Stem[]; at?: string };
const ops = (plan: Plan): Loose[] => (plan.ops ?? []) as unknown as Loose[];
const withOps = (plan: Plan, next: Loose[]): Plan => ({ ...plan, ops: next as unknown as Op[] });

export const emptyPlan = (source: string): Plan => ({ schema: 'remixlab.plan/1', kind: 'remix', source, ops: [] }) as unknown as Plan;
export const isEmpty = (plan: Plan): boolean => plan.kind === 'remix' && ops(plan).length === 0 && (plan.stems?.length ?? 4) === 4;
export const without = (plan: Plan, index: number): Plan => withOps(plan, ops(plan).filter((_, n) => n !== index));

// ------------------------------------------------------------------ stronger, weaker

const within = (value: number, low: number, high: number): number => Math.round(Math.min(high, Math.max(low, value)) * 1000) / 1000;
type Step = (op: Loose, way: 1 | -1) => Loose;
const STEPS: Record<string, Step> = {
  tempo: (op, way) => {
    if (op.bpm) return { ...op, bpm: within((op.bpm as number) + way * 4, 20, 400) };
    const ratio = op.ratio as number;
    return { ...op, ratio: within(ratio + (ratio < 1 ? -way : way) * 0.04, 0.25, 4) };
  },
  transpose: (op, way) => {
    const by = (op.semitones as number | null) ?? 0;
    return { ...op, semitones: within(by + (by < 0 ? -way : way), -24, 24) };
  },
  gain: (op, way) => {
    const by = op.gain_db as number;
    return { ...op, gain_db: within(by + (by < 0 ? -way : way) * 2, -60, 24) };
  },
  layer: (op, way) => ({ ...op, gain_db: within(((op.gain_db as number) ?? 0) + way * 3, -60, 24) }),
  perform: (op, way) => ({ ...op, gain_db: within(((op.gain_db as number) ?? 0) + way * 3, -60, 24) }),
  sample: (op, way) => ({ ...op, gain_db: within(((op.gain_db as number) ?? 0) + way * 3, -60, 24) }),
  swing: (op, way) => ({ ...op, amount: within((op.amount as number) + way * 0.15, 0, 1) }),
  duck: (op, way) => ({ ...op, depth_db: within((op.depth_db as number) + way * 2, 1, 24) }),
  repeat: (op, way) => ({ ...op, times: within((op.times as number) + way, 2, 16) }),
  treat: (op, way) => ({ ...op, chain: (op.chain as Record<string, unknown>[]).map((fx) => moreOf(fx, way)) }),
};
const SHARES = ['mix', 'depth', 'wow', 'feedback'] as const;
function moreOf(fx: Record<string, unknown>, way: 1 | -1): Record<string, unknown> {
  const next = { ...fx };
  for (const name of SHARES) if (typeof fx[name] === 'number') next[name] = within((fx[name] as number) * (way > 0 ? 1.35 : 0.7), 0, name === 'feedback' ? 0.9 : 1);
  if (typeof fx.drive_db === 'number') next.drive_db = within(fx.drive_db + way * 3, 0, 36);
  if (typeof fx.decay_s === 'number') next.decay_s = within(fx.decay_s * (way > 0 ? 1.2 : 0.85), 0.1, 20);
  if (typeof fx.gain_db === 'number') next.gain_db = within(fx.gain_db + way * 2, -60, 24);
  if (typeof fx.level_db === 'number') next.level_db = within(fx.level_db + way * 3, -60, 0);
  if (typeof fx.bits === 'number') next.bits = within(fx.bits - way, 2, 16);
  if (typeof fx.cutoff_hz === 'number') {
    const closes = fx.mode === 'low-pass' ? -way : way;
    next.cutoff_hz = within(fx.cutoff_hz * (closes > 0 ? 1.3 : 0.77), 20, 20000);
  }
  return next;
}
export const canStep = (op: Op): boolean => {
  const loose = op as unknown as Loose;
  return loose.op in STEPS && !(loose.op === 'transpose' && loose.key);
};
export const step = (plan: Plan, index: number, way: 1 | -1): Plan =>
  withOps(plan, ops(plan).map((op, n) => (n === index ? { ...STEPS[op.op]!(op, way), because: op.because } : op)));

// ------------------------------------------------------------------ levels of the four parts

const concerns = (op: Loose, stem: Stem): boolean => (op.at ?? 'all') === 'all' && op.on?.length === 1 && op.on[0] === stem;
export type Fader = { level: number; muted: boolean };
export function faderOf(plan: Plan, stem: Stem): Fader {
  const level = ops(plan).filter((op) => op.op === 'gain' && concerns(op, stem)).reduce((sum, op) => sum + (op.gain_db as number), 0);
  const out = plan.kind === 'remix' && !!plan.stems && !plan.stems.includes(stem);
  const muted = out || ops(plan).some((op) => op.op === 'mute' && (op.at ?? 'all') === 'all' && op.on?.includes(stem));
  return { level, muted };
}
export function withLevel(plan: Plan, stem: Stem, level: number): Plan {
  const rest = ops(plan).filter((op) => !(op.op === 'gain' && concerns(op, stem)));
  return withOps(plan, Math.abs(level) < 0.5 ? rest : [...rest, { op: 'gain', on: [stem], at: 'all', gain_db: within(level, -60, 24) }]);
}
export function withMute(plan: Plan, stem: Stem, muted: boolean): Plan {
  const rest = ops(plan).flatMap((op) => {
    if (op.op === 'mute' && (op.at ?? 'all') === 'all') return less(op, stem);
    return op.op === 'keep' && muted ? less(op, stem) : [op];
  });
  const stems = !muted && plan.kind === 'remix' ? STEMS.filter((s) => s === stem || (plan.stems ?? STEMS).includes(s)) : plan.stems;
  return { ...withOps(plan, muted ? [...rest, { op: 'mute', on: [stem], at: 'all' }] : rest), stems } as Plan;
}
export function withSolo(plan: Plan, stem: Stem): Plan {
  const alone = STEMS.every((other) => faderOf(plan, other).muted === (other !== stem));
  return STEMS.reduce((made, other) => withMute(made, other, !alone && other !== stem), plan);
}
function less(op: Loose, stem: Stem): Loose[] {
  const on = (op.on ?? []).filter((other) => other !== stem);
  return on.length ? [{ ...op, on }] : [];
}
/** Whether a part of the recording is played by new instruments throughout. */
export const isNew = (plan: Plan, stem: Stem): boolean =>
  plan.kind === 'cover' || ops(plan).some((op) => op.op === 'restyle' && (op.at ?? 'all') === 'all' && op.on?.includes(stem));

// ------------------------------------------------------------------ sections

const FORMS = new Set(['arrange', 'repeat', 'cut']);
/** The plan with its sections in this order. `original` names the places of the recording. */
export function withBlocks(plan: Plan, blocks: Block[], original: Form): Plan {
  const places = blocksOf(original);
  const form = blocks.map((block) => {
    const whole = places.find((p) => p.first === block.first && p.last === block.last);
    return whole && whole.label !== 'part' ? `${whole.label}:${whole.occurrence}` : `bars:${block.first}-${block.last}`;
  });
  const rest = ops(plan).filter((op) => !FORMS.has(op.op));
  const same = places.length === blocks.length && places.every((p, n) => p.first === blocks[n]!.first && p.last === blocks[n]!.last);
  return withOps(plan, same ? rest : [{ op: 'arrange', form }, ...rest]);
}
