/** What owners permit may change at any moment: a look at its epoch, while the page is in sight, tells of it. */
import { api, got } from './api/client';

const LOOK_MS = 1200;

/** Call back when something was opened or closed since. Answers how to stop. */
export function watchOwners(changed: () => void): () => void {
  let known: number | null = null;
  let stopped = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  async function look() {
    if (document.visibilityState === 'visible') {
      const told = await got(api.GET('/v1/rights/epoch')).catch(() => null);
      if (stopped) return;
      if (told && known !== null && told.epoch !== known) changed();
      known = told?.epoch ?? known;
    }
    waiting = setTimeout(() => void look(), LOOK_MS);
  }
  void look();
  return () => {
    stopped = true;
    clearTimeout(waiting);
  };
}
