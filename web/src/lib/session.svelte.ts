/** Who is here: an account where the house has some, else whoever sits at the machine. */
import { actAs, actingAs, api, got, headers } from './api/client';

type Party = { party_id: string; name: string };
/** What `GET /v1/session` tells. */
type Told = { signed_in: boolean; account: { account_id: string; name: string } | null; roles: string[]; parties: Party[]; demo: string | null; demo_roles: string[] };
type Who = { account: string; name: string; roles: string[]; parties: Party[] };
export const session = $state<{ ready: boolean; accounts: boolean; who: Who | null; parties: Party[]; demo: string | null; demoRoles: string[] }>({
  ready: false, accounts: false, who: null, parties: [], demo: null, demoRoles: [],
});

/** Ask once. A house without accounts does not know the question: then the one at the machine may try every part. */
export async function meet(): Promise<void> {
  const answer = await fetch('/v1/session', { headers: headers() }).catch(() => null);
  const told = answer?.ok ? ((await answer.json().catch(() => null)) as Told | null) : null;
  session.accounts = answer !== null && answer.status !== 404;
  if (session.accounts) {
    session.who = told?.signed_in && told.account ? { account: told.account.account_id, name: told.account.name, roles: told.roles, parties: told.parties } : null;
    session.demo = told?.demo ?? null;
    session.demoRoles = told?.demo_roles ?? [];
  } else {
    const name = actingAs();
    session.parties = (await got(api.GET('/v1/parties', { params: { query: { limit: 200 } } })).catch(() => null))?.items ?? [];
    const party = session.parties.find((p) => p.party_id === name);
    session.who = { account: name || 'me', name: party?.name ?? name, roles: name ? ['fan'] : ['fan', 'operator'], parties: party ? [party] : [] };
  }
  session.ready = true;
}
export function tryAs(name: string): void {
  actAs(name);
  location.reload();
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
