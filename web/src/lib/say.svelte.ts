/** The one voice of the page: what a screen reader is told, once. */
export const voice = $state({ said: '' });
export function say(text: string): void {
  voice.said = voice.said === text ? `${text}\u00a0` : text;
}
