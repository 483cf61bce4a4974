/** A listen is reported once, when it ends: what was really heard, with the token that came with the sound. */

const LEAST_S = 3;

export class Listen {
  private heard = 0;
  private last: number | null = null;
  token = '';
  private readonly playId = `web-${crypto.randomUUID()}`;
  constructor(readonly remixId: string) {}

  carry(token: string): void {
    this.token ||= token;
  }
  tick(now: number, sounds: boolean): void {
    if (sounds && this.last !== null) this.heard += Math.min(1, now - this.last);
    this.last = sounds ? now : null;
  }
  end(): void {
    if (this.heard < LEAST_S || !this.token) return;
    const body = JSON.stringify({ play_id: this.playId, remix_id: this.remixId, listened_s: this.heard, token: this.token });
    this.heard = 0;
    void fetch('/v1/plays', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json' }, body }).catch(() => undefined);
  }
}
