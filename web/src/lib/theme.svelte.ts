/** Light or dark, as the machine says, until somebody chooses. */
export const theme = $state<{ dark: boolean; chosen: boolean }>({ dark: false, chosen: false });
const machine = matchMedia('(prefers-color-scheme: dark)');

export function applyTheme(): void {
  const said = localStorage.getItem('theme');
  theme.chosen = said === 'dark' || said === 'light';
  theme.dark = theme.chosen ? said === 'dark' : machine.matches;
  document.documentElement.dataset.theme = theme.dark ? 'dark' : 'light';
}
export function toggleTheme(): void {
  localStorage.setItem('theme', theme.dark ? 'light' : 'dark');
  applyTheme();
}
machine.addEventListener('change', applyTheme);
