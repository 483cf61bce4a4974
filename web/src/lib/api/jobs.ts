/** Follow a job: the stream while it lasts, resumed where it broke off; polling behind it, so that no end is missed. */
import { api, got, Trouble, type Remix, type Told } from './client';

export type Ended = { remix?: Remix; recording_id?: string };
export type Step = { stage: string; share: number };
const POLL_MS = 450;

export async function follow(jobId: string, onStep: (step: Step) => void): Promise<Ended> {
  const stop = new AbortController();
  void listen(jobId, onStep, stop.signal);
  try {
    for (let silent = 0; ; ) {
      await new Promise((done) => setTimeout(done, POLL_MS));
      const asked = await got(api.GET('/v1/jobs/{job_id}', { params: { path: { job_id: jobId } } })).catch((error: unknown) => {
        if (++silent > 40) throw error;
        return null;
      });
      if (!asked) continue;
      silent = 0;
      if (asked.state === 'failed') throw new Trouble(asked.error as unknown as Told);
      if (asked.state !== 'done') continue;
      const result = asked.result;
      if (!result) return {};
      return 'remix_id' in result ? { remix: result } : { recording_id: result.recording_id };
    }
  } finally {
    stop.abort();
  }
}

async function listen(jobId: string, onStep: (step: Step) => void, signal: AbortSignal): Promise<void> {
  let last = '0';
  while (!signal.aborted) {
    try {
      const answer = await fetch(`/v1/jobs/${jobId}/events`, { headers: { 'Last-Event-ID': last }, signal });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      if (!answer.ok || !reader) return;
      for (let kept = ''; ; ) {
        const { value, done } = await reader.read();
        if (done) break;
        kept += value;
        const blocks = kept.split('\n\n');
        kept = blocks.pop() ?? '';
        for (const block of blocks) {
          last = /^id: (\d+)/m.exec(block)?.[1] ?? last;
          if (/^event: end/m.test(block)) return;
          const told = /^data: (.*)$/m.exec(block)?.[1];
          if (told && /^event: progress/m.test(block)) onStep(JSON.parse(told) as Step);
        }
      }
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((done) => setTimeout(done, 1000));
  }
}
