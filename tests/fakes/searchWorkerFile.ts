import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';

let made: Promise<string> | null = null;

/** The search worker bundled as Node runs it, made once a process. */
export function searchWorkerFile(): Promise<string> {
  made ??= (async () => {
    const folder = join(import.meta.dirname, '../../.tsbuild/searchWorker');
    const { output } = (await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: join(import.meta.dirname, '../../electron/services/search/searchWorker.ts'),
        write: false,
        rolldownOptions: { output: { format: 'es', codeSplitting: false } },
      },
      ssr: { noExternal: true },
    })) as Rolldown.RolldownOutput;
    // Moved into place: other processes make the same file.
    const file = join(folder, 'worker.mjs');
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.${process.pid}`, output[0].code);
    await rename(`${file}.${process.pid}`, file);
    return file;
  })();
  return made;
}
