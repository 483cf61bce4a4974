/** One's own song on its way to the bench: how far it has come. */
import type { Trouble } from './api/client';

export const upload = $state<{ stage: string; trouble: Trouble | null }>({ stage: '', trouble: null });
