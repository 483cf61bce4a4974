/** The player, once something shall sound: it comes at the first touch, so that a page that is only looked at is light. */
import type { player } from './player.svelte';

type Player = typeof player;
class Sound {
  player = $state.raw<Player | null>(null);
  open = async (): Promise<Player> => (await import('./player.svelte')).player;
}
export const sound = new Sound();
addEventListener('pointerdown', () => void sound.open(), { once: true, capture: true });
