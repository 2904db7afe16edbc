import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type EngineThing, endLeftProcesses, leftInEngine, newContainersOfWharf } from '../../scripts/lib/leaks.mjs';
import { isAlive } from '../../scripts/lib/processes.mjs';

const thing = (id: string, labels: Record<string, string> = {}, kind: EngineThing['kind'] = 'container') => ({
  ...{ kind, id, name: id, labels },
});
const run = { runName: 'run-1-a', isPrivate: false };

describe('leftInEngine', () => {
  it('does not touch containers that people or other runs made meanwhile', () => {
    const after = [thing('theirs'), thing('otherRun', { 'app.wharf.test': 'run-2-b' })];
    expect(leftInEngine([], after, run)).toEqual([]);
  });

  it('does not overlook what this run left, or what is labelled without a run', () => {
    const after = [thing('mine', { 'app.wharf.test': 'run-1-a' }), thing('net', { 'app.wharf.test': '' }, 'network')];
    expect(leftInEngine([], after, run).map(({ id }) => id)).toEqual(['mine', 'net']);
    expect(leftInEngine(after, after, run)).toEqual([]);
  });

  it('does not overlook unlabelled things in an engine that is the run’s own', () => {
    const after = [thing('any'), thing('built', {}, 'image')];
    expect(leftInEngine([], after, { ...run, isPrivate: true }).map(({ id }) => id)).toEqual(['any']);
  });

  it('does not overlook a container that the app made during the run', () => {
    const old = thing('old', { 'app.wharf.managed': 'true' });
    expect(newContainersOfWharf([old], [old, thing('new', { 'app.wharf.managed': 'true' }), thing('x')])).toEqual([
      thing('new', { 'app.wharf.managed': 'true' }),
    ]);
  });
});

describe.runIf(process.platform === 'linux')('endLeftProcesses', () => {
  it('does not leave a process alive that cut itself loose from its parent', async () => {
    const runName = `run-${process.pid}-leak`;
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, WHARF_TEST_RUN: runName },
    });
    const pid = child.pid ?? 0;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    expect(await endLeftProcesses(runName)).toEqual([expect.stringContaining(`process ${pid}: `)]);
    try {
      expect(isAlive(pid)).toBe(false);
      expect(await endLeftProcesses(runName)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });
});
