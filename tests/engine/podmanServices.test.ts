import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runRequest } from '../../electron/contract/runRequest';
import type { BuildEvent } from '../../electron/docker/build';
import { openContext } from '../../electron/docker/buildContext';
import { connectEngine } from '../../electron/docker/connect';
import { lineText } from '../../electron/docker/logs';
import { Containers } from '../../electron/services/containers';
import { EngineLink } from '../../electron/services/engine';
import { buildAfter } from '../fixtures/builds/readBuilds';
import { type OwnPodman, ownPodman, podmanObstacle } from './ownPodman';
import { testBaseImage } from './realEngine';

const obstacle = podmanObstacle();
const base = `localhost/${testBaseImage}`;
let podman: OwnPodman;
let link: EngineLink;
let containers: Containers;

describe.skipIf(obstacle !== null)(`Podman${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => {
  beforeAll(async () => {
    podman = await ownPodman();
    await podman.take(testBaseImage);
    link = new EngineLink({ candidates: () => [podman.endpoint], connect: connectEngine, log: () => {} });
    containers = new Containers({ engineLink: link, log: () => {} });
    await link.check();
  });
  afterAll(async () => {
    containers?.close();
    link?.close();
    await podman?.close();
  });

  const rowOf = (name: string) => containers.table().find((row) => row.name === name);
  /** Runs a container through the service, on no network: the tests' own namespace has none. */
  async function run(name: string, script: string): Promise<string> {
    const command = ['sh', '-c', script];
    const network = { kind: 'none' };
    // Debian's Podman has no init of its own.
    const request = { image: base, name, command, network, ports: [], safety: { init: false } };
    const { id } = await containers.run(runRequest.parse(request));
    return id;
  }

  it('is known for what it is, with an API version that both speak', () => {
    expect(link.state.value).toMatchObject({ phase: 'ready', facts: { product: 'Podman', apiVersion: '1.41' } });
  });

  it('runs, stops, starts and removes a container, and each step is in the table', async () => {
    const id = await run('wharf-podman-life', 'echo alive; exec sleep 600');
    await expect.poll(() => rowOf('wharf-podman-life')?.state, { timeout: 20_000 }).toBe('running');
    await containers.stop(id, 0);
    expect(rowOf('wharf-podman-life')?.state).toBe('exited');
    await containers.start(id);
    expect(rowOf('wharf-podman-life')?.state).toBe('running');
    await containers.remove(id, { force: true, volumes: true });
    expect(rowOf('wharf-podman-life')).toBeUndefined();
    expect((await podman.run('ps', '--all', '--format', '{{.Names}}')).includes('wharf-podman-life')).toBe(false);
  });

  it('reads its log to the end and follows it', async () => {
    const id = await run('wharf-podman-log', 'for n in 1 2 3; do echo "line $n 안녕"; done; exec sleep 600');
    const leaving = new AbortController();
    onTestFinished(() => leaving.abort());
    const lines: string[] = [];
    for await (const batch of link.current().logs(id, { follow: true, since: null, tail: null }, leaving.signal)) {
      lines.push(...batch.map(({ bytes }) => lineText(bytes)));
      if (lines.length >= 3) break;
    }
    expect(lines).toEqual(['line 1 안녕', 'line 2 안녕', 'line 3 안녕']);
    await containers.remove(id, { force: true, volumes: true });
  });

  it('notices what others do with it: its events say "died" where Docker says "die"', async () => {
    await podman.run('run', '--detach', '--network', 'none', '--name', 'wharf-podman-other', base, 'sleep', '600');
    await expect.poll(() => rowOf('wharf-podman-other')?.state, { timeout: 20_000 }).toBe('running');
    await podman.run('kill', 'wharf-podman-other');
    await expect.poll(() => rowOf('wharf-podman-other')?.state, { timeout: 20_000 }).toBe('exited');
    await podman.run('rm', '--force', 'wharf-podman-other');
    await expect.poll(() => rowOf('wharf-podman-other'), { timeout: 20_000 }).toBeUndefined();
  });

  it('builds by the classic way, step by step, and says at which step one failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'podman-build-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const build = async (dockerfile: string) => {
      await writeFile(join(folder, 'Dockerfile'), dockerfile);
      const { signal } = new AbortController();
      const context = await openContext(folder, { dockerfile: 'Dockerfile', extraFiles: [] }, signal);
      const events: BuildEvent[] = [];
      const options = {
        builder: 'classic' as const,
        context,
        tag: 'localhost/wharf-podman-built:latest',
        dockerfile: 'Dockerfile',
        buildArguments: { BASE: base },
        labels: {},
        noCache: true,
        target: null,
        pull: false,
        platform: null,
        credentials: {},
      };
      for await (const event of link.current().build(options, signal)) events.push(event);
      const lines = events.flatMap((event) => (event.type === 'output' ? [event.text] : []));
      return { state: buildAfter('classic', events, dockerfile, { BASE: base }).state, lines };
    };
    const good = await build('ARG BASE\nFROM ${BASE}\nRUN echo built 안녕\nCMD ["sleep", "600"]\n');
    expect(good.state).toMatchObject({ state: 'done', failure: null });
    expect(good.lines.join('\n')).toContain('built 안녕');
    expect((await link.current().inspectImage('localhost/wharf-podman-built:latest')).id).toBe(good.state.imageId);
    const bad = await build('ARG BASE\nFROM ${BASE}\nRUN exit 7\n');
    expect(bad.state).toMatchObject({ state: 'failed', failure: { code: 'BUILD_FAILED' } });
  });
});
