/** The keys of the bench: undo, and mute or solo a part. */
import { STEMS } from '../api/client';
import { desk } from '../desk.svelte';
import { faderOf, withMute, withSolo } from './edit';

/** Whether a key was one of the bench's own. */
export function benchKeys(event: KeyboardEvent): boolean {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
    event.preventDefault();
    void (event.shiftKey ? desk.redo() : desk.undo());
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !/^Digit[1-4]$/.test(event.code) || !desk.song) return false;
  const stem = STEMS[Number(event.code.slice(5)) - 1]!;
  void desk.wish({ plan: event.shiftKey ? withSolo(desk.plan, stem) : withMute(desk.plan, stem, !faderOf(desk.plan, stem).muted) });
  return true;
}
