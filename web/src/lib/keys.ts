/** Single keys for listening and comparing; they rest while somebody types, and can be switched off. */
import { STEMS } from './api/client';
import { desk } from './desk.svelte';
import { faderOf, withMute, withSolo } from './plan/edit';
import { player } from './player.svelte';
import { route } from './router.svelte';

export const areKeysOn = (): boolean => localStorage.getItem('keys') !== 'off';
export const setKeys = (on: boolean): void => localStorage.setItem('keys', on ? 'on' : 'off');

const types = (target: Element): boolean => target.matches('textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])');
const acts = (target: Element): boolean => target.matches('button, a, summary, input, select, textarea, [role=slider], [role=option]');

export function keys(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (!(target instanceof Element) || types(target)) return;
  const bench = route.path.startsWith('/song/');
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && bench) {
    event.preventDefault();
    void (event.shiftKey ? desk.redo() : desk.undo());
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !areKeysOn()) return;
  if (event.code === 'Space' && !acts(target)) {
    event.preventDefault();
    void player.toggle();
  } else if (event.key.toLowerCase() === 'b' && player.track?.remix) {
    void player.hear(player.which === 'remix' ? 'original' : 'remix');
  } else if (event.key === '?') {
    document.getElementById('help')?.click();
  } else if (bench && /^Digit[1-4]$/.test(event.code) && desk.song) {
    const stem = STEMS[Number(event.code.slice(5)) - 1]!;
    const plan = desk.plan;
    void desk.wish({ plan: event.shiftKey ? withSolo(plan, stem) : withMute(plan, stem, !faderOf(plan, stem).muted) });
  }
}
