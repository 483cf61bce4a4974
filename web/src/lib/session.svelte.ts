/** Who is here: an account, or nobody. */
import { api, got, type Session } from './api/client';

type Who = { account: string; name: string; roles: string[]; parties: Session['parties'] };
export const session = $state<{ ready: boolean; who: Who | null; demo: string | null; demoRoles: string[] }>({
  ready: false, who: null, demo: null, demoRoles: [],
});

/** Ask once. */
export async function meet(): Promise<void> {
  const told = await got(api.GET('/v1/session')).catch(() => null);
  const account = told?.account;
  session.who = told && account ? { account: account.account_id, name: account.name, roles: told.roles, parties: told.parties } : null;
  session.demo = told?.demo ?? null;
  session.demoRoles = told?.demo_roles ?? [];
  session.ready = true;
}
/** One click into the part of somebody else, where the owner of a demonstration looks around. */
export async function tryRole(role: string): Promise<void> {
  await fetch('/v1/session', role ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ demo: role }) } : { method: 'DELETE' });
  location.reload();
}
export async function signOut(): Promise<void> {
  await fetch('/v1/session', { method: 'DELETE' }).catch(() => undefined);
  location.assign('/');
}
