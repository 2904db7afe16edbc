import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFile } from '../../electron/services/pageFiles';

describe("the page's files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-page-files-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'assets', 'first.js'), 'first()');
    await writeFile(join(folder, 'assets', 'later.js.br'), brotliCompressSync('later()'));
    await writeFile(join(folder, 'assets', 'broken.css.br'), 'not compressed');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are missing where they lie compressed, or are sent as they lie', async () => {
    const [first, later] = await Promise.all(
      ['/assets/first.js', '/assets/later.js'].map((path) => readPageFile(folder, path, join(folder, 'settings.json'))),
    );
    expect(first?.body.toString()).toBe('first()');
    expect(later?.body.toString()).toBe('later()');
    expect(later?.mimeType).toBe('text/javascript; charset=utf-8');
  });

  it('are asked for by their packed names, or take down who reads a broken one', async () => {
    expect(await readPageFile(folder, '/assets/later.js.br', join(folder, 'settings.json'))).toBeNull();
    expect(await readPageFile(folder, '/assets/broken.css', join(folder, 'settings.json'))).toBeNull();
  });
});
