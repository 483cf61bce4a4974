/** The API, typed by its own description; same-origin, so that a session cookie travels by itself. */
import type { Client } from 'openapi-fetch';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Recording = Schemas['RecordingDetail'];
export type RecordingItem = Schemas['RecordingItem'];
export type Judged = Schemas['JudgedPlan'];
export type Plan = Schemas['RemixPlan'];
export type Op = NonNullable<Plan['ops']>[number];
export type Remix = Schemas['RemixAnswer'];
export type PayLine = Schemas['PayLine'];
export type FormBar = Schemas['FormBar'];
export type Analysis = Schemas['Analysis'];
export type Levels = Schemas['StemLevelsAnswer'];
export type Verification = Schemas['VerificationAnswer'];
export type Consents = Schemas['ConsentsAnswer'];
export type Approval = Schemas['Approval'];
export type Asked = Schemas['RequestAnswer'];
export type Waiting = Schemas['Quarantine'];
export type Session = Schemas['SessionAnswer'];
export type Told = Partial<Schemas['Problem']> & { code: string; message: string };

export const STEMS = ['vocals', 'drums', 'bass', 'other'] as const;
export type Stem = (typeof STEMS)[number];

/** Something was not done: what the API told, or that nobody answered. */
export class Trouble extends Error {
  constructor(readonly told: Told) {
    super(told.message);
  }
  get offline(): boolean {
    return this.told.code === 'offline';
  }
  get signedOut(): boolean {
    return this.told.status === 401 || /^(key|session|account)\.(needed|invalid)/.test(this.told.code) || this.told.code === 'sign_in.needed';
  }
}

const OFFLINE: Told = { code: 'offline', message: '' };

type Sent = { params?: { path?: Record<string, string>; query?: Record<string, unknown> }; body?: unknown; bodySerializer?: (body: unknown) => BodyInit };
/** The types are those of openapi-fetch; what its client does beyond these lines no page of ours needs. */
const call = (method: string) => async (path: string, { params, body, bodySerializer }: Sent = {}) => {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.path?.[name] ?? ''));
  const query = new URLSearchParams(Object.entries(params?.query ?? {}).flatMap(([key, value]) => (value === null || value === undefined ? [] : [[key, String(value)]])));
  const sent = bodySerializer ? bodySerializer(body) : body === undefined ? undefined : JSON.stringify(body);
  const headers: HeadersInit = typeof sent === 'string' ? { 'Content-Type': 'application/json' } : {};
  const response = await fetch(query.size ? `${url}?${query}` : url, { method, body: sent, headers });
  const answer: unknown = response.status === 204 ? {} : await response.json().catch(() => undefined);
  return response.ok ? { data: answer, response } : { error: answer, response };
};
export const api = Object.fromEntries(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, call(method)])) as unknown as Client<paths>;

type Answered<T> = { data?: T; error?: unknown; response: Response };

/** What was asked for. Throws a `Trouble` with what the API told. */
export async function got<T>(asked: Promise<Answered<T>>): Promise<T> {
  const answer = await asked.catch(() => {
    throw new Trouble(OFFLINE);
  });
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  throw new Trouble({ ...OFFLINE, ...((answer.error as Told | undefined) ?? { message: answer.response.statusText }) });
}

export const asTrouble = (error: unknown): Trouble =>
  error instanceof Trouble ? error : new Trouble({ code: 'offline', message: String(error) });

const STREAM = 'RemixLab-Stream-Token';

/** One listening: the token of its first part goes with every further part, and with the play that is reported. */
export type Stream = { token: string; opening: Promise<void> | null; carry(token: string): void };

/** Sound as bytes, as a part of a listening. */
export async function bytes(url: string, signal?: AbortSignal, stream?: Stream): Promise<ArrayBuffer> {
  if (stream && !stream.token) await stream.opening;
  const headers: Record<string, string> = stream?.token ? { [STREAM]: stream.token } : {};
  const asked = fetch(url, { headers, signal });
  const noted = asked.then((answer) => stream?.carry(answer.headers.get(STREAM) ?? ''), () => undefined);
  if (stream && !stream.token) stream.opening = noted;
  const answer = await asked.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Trouble(OFFLINE);
  });
  if (!answer.ok) throw new Trouble({ ...OFFLINE, ...((await answer.json().catch(() => ({}))) as object) });
  await noted;
  return answer.arrayBuffer();
}
