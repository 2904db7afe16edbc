import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPageFile } from '../../electron/services/pageFiles';
import { settingsFile } from '../../electron/services/settingsFile';

let folder: string;
let page: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-page-files-'));
  page = join(folder, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), '<!doctype html>\n<html lang="en"><body></body></html>\n');
  await writeFile(join(page, 'index.js'), 'document.title = "<html";\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function served(pathname: string, settings?: string): Promise<string | undefined> {
  if (settings !== undefined) await writeFile(settingsFile(folder), settings);
  return (await readPageFile(page, pathname, settingsFile(folder)))?.body.toString();
}

it('paints first in another language or theme than the one that is set', async () => {
  expect(await served('/', '{"language":"ko","theme":"dark","tray":true}')).toContain(
    '<html data-language="ko" data-theme="dark" lang="en">',
  );
});

it.each([
  ['there are none', undefined],
  ['they are broken', '{"language":'],
  ['they are of another kind', '"ko"'],
  ['they follow the system', '{"language":"system","theme":"system"}'],
  ['they hold markup', '{"language":"\\"><script>alert(1)</script>","theme":"dark onload=x"}'],
  ['they hold lists', '{"language":["ko"],"theme":{"a":"dark"}}'],
])('writes something into the page although the settings say nothing: %s', async (_why, settings) => {
  expect(await served('/', settings)).toContain('\n<html lang="en">');
});

it('changes a file that is not the page', async () => {
  expect(await served('/index.js', '{"theme":"dark"}')).toBe('document.title = "<html";\n');
});

it('serves a file beside the page', async () => {
  expect(await served('/..%2fsettings.json', '{"theme":"dark"}')).toBeUndefined();
});

describe('files that lie compressed', () => {
  it('are missing, or are sent as they lie', async () => {
    await writeFile(join(page, 'later.js.br'), brotliCompressSync('later()'));
    const later = await readPageFile(page, '/later.js', settingsFile(folder));
    expect(later?.body.toString()).toBe('later()');
    expect(later?.mimeType).toBe('text/javascript; charset=utf-8');
  });

  it('are asked for by their packed names, or take down who reads a broken one', async () => {
    await writeFile(join(page, 'later.js.br'), brotliCompressSync('later()'));
    await writeFile(join(page, 'broken.css.br'), 'not compressed');
    expect(await served('/later.js.br')).toBeUndefined();
    expect(await served('/broken.css')).toBeUndefined();
  });
});
