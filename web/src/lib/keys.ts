/** Single keys for listening and comparing; they rest while somebody types, and can be switched off. */
import { open } from './bench.svelte';
import { route } from './router.svelte';
import { sound } from './sound.svelte';

export const areKeysOn = (): boolean => localStorage.getItem('keys') !== 'off';
export const setKeys = (on: boolean): void => localStorage.setItem('keys', on ? 'on' : 'off');

const types = (target: Element): boolean => target.matches('textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])');
const acts = (target: Element): boolean => target.matches('button, a, summary, input, select, textarea, [role=slider], [role=option]');

export function keys(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (!(target instanceof Element) || types(target)) return;
  const chord = event.ctrlKey || event.metaKey || event.altKey;
  if ((chord || areKeysOn()) && route.path.startsWith('/song/') && open.bench?.keys(event)) return;
  if (chord || !areKeysOn()) return;
  const { player } = sound;
  if (event.code === 'Space' && !acts(target)) {
    event.preventDefault();
    void player?.toggle();
  } else if (event.key.toLowerCase() === 'b' && player?.track?.remix) {
    void player.hear(player.which === 'remix' ? 'original' : 'remix');
  } else if (event.key === '?') {
    document.getElementById('help')?.click();
  }
}
