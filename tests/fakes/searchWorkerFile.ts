import { join } from 'node:path';
import { build } from 'vite';

let made: Promise<string> | null = null;

/** The search worker bundled as Node runs it, made once a process. */
export function searchWorkerFile(): Promise<string> {
  made ??= (async () => {
    const folder = join(import.meta.dirname, `../../.tsbuild/searchWorker`);
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: join(import.meta.dirname, '../../electron/services/search/searchWorker.ts'),
        outDir: folder,
        rolldownOptions: { output: { format: 'es', entryFileNames: 'worker.mjs' } },
      },
      ssr: { noExternal: true },
    });
    return join(folder, 'worker.mjs');
  })();
  return made;
}
