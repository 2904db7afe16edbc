import { once } from 'node:events';
import { chmod, link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isFailure } from '../../electron/contract/failures';
import { openContext } from '../../electron/docker/buildContext';
import { ContextCatcher, dockerCommandObstacle, entriesOf, type PackedEntry } from './cliContext';

const obstacle = dockerCommandObstacle();
const never = new AbortController().signal;

let catcher: ContextCatcher;
let folder: string;
beforeAll(async () => {
  if (obstacle === null) catcher = await ContextCatcher.open(join(tmpdir(), `wharf-context-${process.pid}.sock`));
});
afterAll(() => catcher?.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'context-'));
  await put('Dockerfile', 'FROM scratch\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** What Wharf sends, or why it refuses. */
async function ours(dockerfile = 'Dockerfile'): Promise<PackedEntry[] | string> {
  try {
    const stream = (await openContext(folder, { dockerfile, extraFiles: [] }, never)).pack();
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    await once(stream, 'end');
    return entriesOf(Buffer.concat(parts));
  } catch (error) {
    if (isFailure(error, 'CONTEXT_REFUSED')) return error.details.reason;
    throw error;
  }
}

async function theirs(options: string[] = []): Promise<PackedEntry[] | string> {
  const archive = await catcher.archiveOf(folder, options);
  return Buffer.isBuffer(archive) ? entriesOf(archive) : 'badIgnore';
}

async function expectSame(): Promise<PackedEntry[] | string> {
  const sent = await ours();
  expect(sent).toEqual(await theirs());
  return sent;
}

const pathsOf = (entries: PackedEntry[] | string) =>
  typeof entries === 'string'
    ? entries
    : entries.map(({ path }) => path).filter((path) => !/ockerfile$|ignore$/.test(path));

describe.skipIf(obstacle !== null)(`what is sent is what docker build sends${obstacle ? ` (${obstacle})` : ''}`, () => {
  it('permissions, owners, links, empty folders, names of any kind and length', async () => {
    const long = `${'d'.repeat(90)}/${'f'.repeat(120)}`;
    for (const path of ['run.sh', 'secret', 'a b/c"d\\e', '한글/파일.txt', 'é/ü', long, 'twice', 'B', 'a'])
      await put(path);
    await mkdir(join(folder, 'empty/deeper'), { recursive: true });
    await chmod(join(folder, 'run.sh'), 0o4755);
    await chmod(join(folder, 'secret'), 0o600);
    await chmod(join(folder, 'empty'), 0o1777);
    await symlink('run.sh', join(folder, 'link'));
    await symlink('nowhere', join(folder, 'dangling'));
    await symlink('../run.sh', join(folder, 'empty/up'));
    await truncate(join(folder, 'a'), 100_000);
    const sent = await expectSame();
    expect(pathsOf(sent)).toContain('link');
  });

  it('a file with two names holds its bytes under both', async () => {
    await put('one', 'same');
    await link(join(folder, 'one'), join(folder, 'two'));
    const contentOf = (entries: PackedEntry[] | string, path: string) =>
      typeof entries === 'string' ? entries : entries.find((entry) => entry.path === path)?.content;
    const sent = await ours();
    // Docker names the first one in the second's place; unpacked, both are the same bytes.
    expect(contentOf(await theirs(), 'two')).toBe('one');
    expect(contentOf(sent, 'two')).toBe(contentOf(sent, 'one'));
  });

  const tree = [
    'a.txt',
    'b.log',
    'src/a.txt',
    'src/b.log',
    'src/deep/b.log',
    'src/deep/keep.txt',
    'out/x',
    '.env',
    'docs/readme.md',
  ];
  it.each([
    ['comments, blank lines and spaces around', '# all of it\n\n  *.log  \n   # not a comment\nsrc/deep   \n'],
    ['** at the beginning, in the middle, at the end', '**/*.log\nsrc/**/keep.txt\nout/**\n'],
    ['exceptions, the last rule wins', '*\n!src\nsrc/deep\n!src/deep/keep.txt\n'],
    ['an exception with a space after its mark', 'src\n! src/a.txt\n'],
    ['leading and trailing slashes and dots', '/out/\n./src/deep/\ndocs/../.env\n'],
    ['classes, question marks and escapes', '[ab].*\nsrc/?.txt\nsrc/deep/\\b.log\n'],
    ['Windows line ends and a byte order mark', '\ufeff*.log\r\nsrc/*\r\n!src/deep\r\n'],
    ['the Dockerfile and the ignore file themselves', 'Dockerfile\n.dockerignore\nsrc\n'],
    ['everything', '*\n'],
    ['everything, the other way', '**\n'],
    ['nothing', ''],
    ['a folder by a file in it', 'src/deep/b.log\n'],
    ['a pattern that climbs out', '../a.txt\n../*\n'],
    ['an open class', 'a\n[a-\n'],
    ['an exception of nothing', 'a\n!\n'],
    ['an escape of nothing', 'a\\\n'],
  ])('with rules of %s', async (_what, rules) => {
    for (const path of tree) await put(path);
    await put('.dockerignore', rules);
    await expectSame();
  });

  it('with any rules on any folder', async () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'a.txt', 'x.log', '.h', 'c d', 'é', 'B');
    const file = fc.tuple(fc.array(fc.constantFrom('a', 'b', 'ab', 'dir'), { maxLength: 2 }), name);
    const piece = fc.constantFrom(
      'a',
      'b',
      'ab',
      '*',
      '**',
      '?',
      '.txt',
      '*.log',
      '[ab]',
      '[^a]',
      '.',
      'c d',
      'é',
      '..',
      '[a-b]*',
      'a*',
    );
    const around = (start: string[], parts: fc.Arbitrary<string>) =>
      fc
        .tuple(
          fc.constantFrom(...start),
          fc.array(parts, { minLength: 1, maxLength: 3 }),
          fc.constantFrom('', '/', '  ', '/.'),
        )
        .map(([before, words, after]) => `${before}${words.join('/')}${after}`);
    // An exception with wildcards is looked for in dropped folders, as BuildKit does; the classic command does not.
    const rule = fc.oneof(
      { weight: 2, arbitrary: around(['', '/', './', '  '], piece) },
      { weight: 1, arbitrary: around(['!', '! ', '!/'], name) },
      { weight: 1, arbitrary: fc.constantFrom('*', '**', '# a', '\t!a') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 12 }), fc.array(rule, { maxLength: 5 }), async (files, rules) => {
        await rm(folder, { recursive: true });
        await put('Dockerfile', 'FROM scratch\n');
        // A name may be a folder already.
        for (const [folders, last] of files) await put([...folders, last].join('/')).catch(() => {});
        await put('.dockerignore', rules.join('\n'));
        expect(await ours()).toEqual(await theirs());
      }),
      { numRuns: 60 },
    );
  });

  it('with a Dockerfile of another name in a folder', async () => {
    await put('docker/api.Dockerfile', 'FROM scratch\n');
    await put('.dockerignore', 'docker\n');
    expect(await ours('docker/api.Dockerfile')).toEqual(await theirs(['-f', join(folder, 'docker/api.Dockerfile')]));
  });
});
