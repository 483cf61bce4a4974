/** The bench, where it is open: whatever is on every page finds it here, and loads nothing of it before. */
import type { desk } from './desk.svelte';

type Bench = { desk: typeof desk; keys: (event: KeyboardEvent) => boolean };
class Open {
  bench = $state.raw<Bench | null>(null);
}
export const open = new Open();
