import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Texts } from '../../renderer/lib/i18n';

const repository = join(import.meta.dirname, '../..');
const modules = import.meta.glob<Record<string, unknown>>('../../renderer/**/*ocale*.ts', { eager: true });
const read = (path: string) => readFile(join(repository, path), 'utf8');

/** Every sentence of the page in one language. */
function sentences(language: 'en' | 'ko'): Set<string> {
  const texts = Object.values(modules).flatMap((module) => Object.values(module)) as Partial<Texts<never>>[];
  return new Set(texts.flatMap((one) => Object.values<string>(one?.[language] ?? {})));
}

/** What stands in the first column of the tour's tables. */
const commands = (tour: string) => [...tour.matchAll(/^\| (`[^|]+?`) \|/gm)].map(([, command]) => command);

describe('the documents', () => {
  it.each([
    ['docs/tour.md', 'en'],
    ['docs/tour.ko.md', 'ko'],
  ] as const)('%s sends people to what is not written anywhere in the app', async (path, language) => {
    const known = sentences(language);
    const names = [...(await read(path)).matchAll(/\*\*(.+?)\*\*/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(40);
    const own = ['bold', '굵은 글씨'];
    expect(names.filter((name) => !known.has(name) && !own.includes(name))).toEqual([]);
  });

  it('leave a command of the lesson out, or out of one language', async () => {
    const english = commands(await read('docs/tour.md'));
    expect(commands(await read('docs/tour.ko.md'))).toEqual(english);
    const lesson = 'build images run ps stop start restart rm rmi logs'.split(' ');
    const spoken = new Set(english.map((command) => /^`docker (\w+)/.exec(command ?? '')?.[1]));
    expect(lesson.filter((name) => !spoken.has(name))).toEqual([]);
  });

  it('name scripts or files that are not there', async () => {
    const pages = ['README.md', ...(await readdir(join(repository, 'docs'))).filter((name) => name.endsWith('.md'))];
    const scripts = Object.keys(JSON.parse(await read('package.json')).scripts);
    const wrong: string[] = [];
    for (const page of pages) {
      const path = page === 'README.md' ? page : `docs/${page}`;
      const text = await read(path);
      for (const [, name = ''] of text.matchAll(/npm run ([a-z][\w:-]*\w)(?!:?[A-Z])/g)) {
        if (!scripts.includes(name) && !/:[A-Z]/.test(name)) wrong.push(`${page}: npm run ${name}`);
      }
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        await readFile(join(repository, path, '..', link)).catch(() => wrong.push(`${page}: ${link}`));
      }
    }
    expect(wrong).toEqual([]);
  });
});
