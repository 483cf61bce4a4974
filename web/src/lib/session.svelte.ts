/** Who is here: an account where the house has some, else whoever sits at the machine. */
import { actAs, actingAs, api, got, headers, type Told } from './api/client';

type Who = { account: string; name: string; roles: string[]; parties: string[] };
export const session = $state<{ ready: boolean; accounts: boolean; who: Who | null; parties: { party_id: string; name: string }[] }>({ ready: false, accounts: false, who: null, parties: [] });

/** Ask once. A house without accounts does not know the question: then the one at the machine may try every role. */
export async function meet(): Promise<void> {
  const answer = await fetch('/v1/session', { headers: headers() }).catch(() => null);
  const told = (await answer?.json().catch(() => null)) as (Partial<Who> & Partial<Told>) | null;
  session.accounts = answer !== null && answer.status !== 404;
  if (answer?.ok && told) {
    session.who = { account: told.account ?? '', name: told.name ?? told.account ?? '', roles: told.roles ?? [], parties: told.parties ?? [] };
  } else if (!session.accounts) {
    const name = actingAs();
    session.parties = (await got(api.GET('/v1/parties', { params: { query: { limit: 200 } } })).catch(() => null))?.items ?? [];
    const party = session.parties.find((p) => p.party_id === name);
    session.who = { account: name || 'me', name: party?.name ?? name, roles: name ? ['fan'] : ['fan', 'operator'], parties: party ? [name] : [] };
  } else {
    session.who = null;
  }
  session.ready = true;
}
export async function tryAs(name: string): Promise<void> {
  actAs(name);
  location.reload();
}
export async function signOut(): Promise<void> {
  await fetch('/v1/session', { method: 'DELETE' }).catch(() => undefined);
  location.assign('/');
}
