/** One's own song: a file that somebody says is theirs, on its way to the bench. */
import { api, asTrouble, got } from './api/client';
import { follow } from './api/jobs';
import { go } from './router.svelte';
import { upload } from './upload.svelte';

export async function bring(file: File): Promise<void> {
  upload.stage = 'sending';
  upload.trouble = null;
  try {
    const body = new FormData();
    body.append('file', file);
    body.append('mine', 'true');
    const started = await got(api.POST('/v1/recordings', { body: body as never, bodySerializer: (form) => form as unknown as FormData }));
    const ended = await follow(started.job_id, (step) => (upload.stage = step.stage));
    upload.stage = '';
    if (ended.recording_id) go(`/song/${ended.recording_id}`);
  } catch (error) {
    upload.stage = '';
    upload.trouble = asTrouble(error);
  }
}
