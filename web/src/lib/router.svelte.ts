/** Where we are: the path, nothing more. */
export const route = $state({ path: location.pathname, query: location.search });

export function go(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  const moved = new URL(to, location.href);
  const elsewhere = moved.pathname !== route.path;
  route.path = moved.pathname;
  route.query = moved.search;
  if (elsewhere) scrollTo(0, 0);
}
addEventListener('popstate', () => {
  route.path = location.pathname;
  route.query = location.search;
});
/** Links inside the studio change the place without loading it anew. */
export function inside(event: MouseEvent): void {
  const link = (event.target as Element).closest?.('a');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (!isPlace(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
export const PLACES = ['/', '/mine', '/verify', '/artist', '/operator'] as const;
export const isPlace = (path: string): boolean => (PLACES as readonly string[]).includes(path) || path.startsWith('/song/');
