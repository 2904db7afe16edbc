import { onTestFinished } from 'vitest';
import { connectEngine } from '../../electron/docker/connect';
import { Containers, type ContainersOptions } from '../../electron/services/containers';
import { EngineLink, type EngineLinkOptions, type EngineLinkTiming } from '../../electron/services/engine';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from './fakeEngine';

/** Times for tests: everything soon, and a silence long enough for a busy machine. */
const quickLink: EngineLinkTiming = {
  pingEveryMs: 30,
  pingTimeoutMs: 400,
  silentPingEveryMs: 20,
  firstRetryMs: 5,
  longestRetryMs: 40,
  logEveryMs: 60_000,
  asleepMs: 60_000,
};

/** A link to the given engines over real dockerode, closed when the test is over. `lines` is what it logged. */
export function linkTo(
  candidates: EngineLinkOptions['candidates'],
  options: Partial<EngineLinkOptions> = {},
): { link: EngineLink; lines: string[] } {
  const lines: string[] = [];
  const link = new EngineLink({
    candidates,
    connect: connectEngine,
    log: (line) => lines.push(line),
    ...options,
    timing: { ...quickLink, ...options.timing },
  });
  onTestFinished(() => link.close());
  return { link, lines };
}

/** A fake engine that is closed when the test is over. */
export async function fakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const fake = await startFakeEngine(options);
  onTestFinished(() => fake.close());
  return fake;
}

/** A fake engine, a ready link to it and the containers' service, all closed when the test is over. */
export async function linkedContainers(
  options: FakeEngineOptions = {},
  timing: ContainersOptions['timing'] = {},
  linkTiming: Partial<EngineLinkTiming> = {},
): Promise<{ fake: FakeEngine; link: EngineLink; containers: Containers; lines: string[] }> {
  const fake = await fakeEngine(options);
  const { link, lines } = linkTo(() => [fake.endpoint], { timing: linkTiming });
  const containers = new Containers({
    engineLink: link,
    log: (line) => lines.push(line),
    timing: { firstReopenMs: 10, settleMs: 0, ...timing },
  });
  onTestFinished(() => containers.close());
  await link.check();
  return { fake, link, containers, lines };
}
