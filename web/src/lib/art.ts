/** A print for every song: four shapes, one for each stem, laid over each other by the digits of its id. */
import type { Stem } from './api/client';

export type Shape = { stem: Stem; kind: 'disc' | 'square' | 'triangle' | 'bars'; x: number; y: number; size: number; turn: number; dots: boolean };
const KINDS: Record<Stem, Shape['kind']> = { vocals: 'disc', drums: 'square', bass: 'triangle', other: 'bars' };

export function dice(seed: string): () => number {
  let h = 1779033703 ^ seed.length;
  for (let i = 0; i < seed.length; i++) {
    h = Math.imul(h ^ seed.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return (h >>> 0) / 4294967296;
  };
}

/** The shapes of a song; those of its remix stand where a hand would have laid the screen a second time. */
export function printOf(id: string, remix = ''): Shape[] {
  const roll = dice(id);
  const order = (['vocals', 'drums', 'bass', 'other'] as Stem[]).map((stem) => ({ stem, key: roll() })).sort((a, b) => a.key - b.key);
  const lead = order[0]!.stem;
  const again = remix ? dice(remix) : null;
  const corners = [[30, 34], [70, 66], [68, 30], [32, 70]] as const;
  const turnOf = Math.floor(roll() * 4);
  return order.map(({ stem }, n) => {
    const [cx, cy] = corners[(n + turnOf) % 4]!;
    const shape: Shape = {
      stem,
      kind: KINDS[stem],
      x: cx + (roll() - 0.5) * 22,
      y: cy + (roll() - 0.5) * 22,
      size: stem === lead ? 58 + roll() * 20 : 30 + roll() * 26,
      turn: stem === 'vocals' ? 0 : Math.round((roll() - 0.5) * 6) * 15,
      dots: n === 2 || (n === 3 && roll() > 0.5),
    };
    if (again) {
      shape.x += (again() - 0.5) * 34;
      shape.y += (again() - 0.5) * 34;
      shape.turn += Math.round((again() - 0.5) * 6) * 15;
      shape.size *= 0.85 + again() * 0.5;
      shape.dots = again() > 0.55;
    }
    return shape;
  });
}
export function pathOf({ kind, size }: Shape): string {
  const r = size / 2;
  if (kind === 'disc') return `M${-r} 0a${r} ${r} 0 1 0 ${size} 0a${r} ${r} 0 1 0 ${-size} 0z`;
  if (kind === 'square') return `M${-r} ${-r}h${size}v${size}h${-size}z`;
  if (kind === 'triangle') return `M0 ${-r * 1.1}L${r * 1.1} ${r * 0.85}H${-r * 1.1}z`;
  const bar = size / 9;
  return [0, 1, 2, 3, 4].map((n) => {
    const h = size * (0.5 + 0.5 * Math.abs(Math.sin(n * 1.7 + size)));
    return `M${-r + n * bar * 2} ${-h / 2}h${bar}v${h}h${-bar}z`;
  }).join('');
}
