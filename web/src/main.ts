import { mount } from 'svelte';
import App from './App.svelte';
import './style/base.css';
import { speak } from './lib/words.svelte';
import { sound } from './lib/sound.svelte';
import { applyTheme } from './lib/theme.svelte';

applyTheme();
await speak().catch(() => undefined);
mount(App, { target: document.getElementById('studio')! });
Object.assign(globalThis, { studio: sound });
