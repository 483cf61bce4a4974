import { gzipSync } from 'node:zlib';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const OUT = '../src/remixlab/doors/pages/files/studio';

/** Beside each text file its gzip, made once here instead of at every request. */
function squeezed(): Plugin {
  const walk = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
  return {
    name: 'squeezed',
    apply: 'build',
    closeBundle() {
      for (const path of walk(OUT)) {
        if (/\.(js|css|svg|json)$/.test(path)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: '/static/studio/',
  plugins: [svelte(), squeezed()],
  build: {
    outDir: OUT, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false },
    // What every place needs is one file: smaller together than apart, and one request.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: /node_modules\/svelte\/|\/src\/(lib\/(api\/client|bench|dropped|home|keys|router|say|session|sound\.svelte|theme|upload|words\.svelte|art)|parts\/(Art|Icon|Trouble))/ }] } } },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8000', '/static/fonts': 'http://127.0.0.1:8000' } },
});
