import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The real page on the fake host, in a browser: `npx vite -c tests/component/preview/vite.config.ts`. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../../node_modules/.vite-preview', import.meta.url)),
  plugins: [react()],
  server: { port: 5199, strictPort: true, host: '127.0.0.1' },
});
