/** A listen is reported once, when it ends: what was really heard, with the token that came with the sound. */

const LEAST_S = 3;

export class Listen {
  private heard = 0;
  private last: number | null = null;
  token = '';
  /** The first part of a listening is on its way: its token goes with all that are asked for after it. */
  opening: Promise<void> | null = null;
  private playId = newId();
  constructor(readonly remixId: string) {}

  carry(token: string): void {
    this.token ||= token;
  }
  tick(now: number, sounds: boolean): void {
    if (sounds && this.last !== null) this.heard += Math.min(1, now - this.last);
    this.last = sounds ? now : null;
  }
  /** Whether it was reported. What is heard afterwards is another listening, of sound that is sent anew. */
  end(): boolean {
    if (this.heard < LEAST_S || !this.token) return false;
    const body = JSON.stringify({ play_id: this.playId, remix_id: this.remixId, listened_s: this.heard, token: this.token });
    Object.assign(this, { heard: 0, last: null, token: '', opening: null, playId: newId() });
    void fetch('/v1/plays', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json' }, body }).catch(() => undefined);
    return true;
  }
}
const newId = (): string => `web-${crypto.randomUUID()}`;
