import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../electron/docker/build';
import { imageOfFrom, lineOfStep, readDockerfile } from '../../electron/docker/dockerfile';
import { type BuildChange, reduceBuild } from '../../electron/docker/reduceBuild';
import { buildAfter, dockerfile, eventsOf, messages, recorded, trace, vertex } from '../fixtures/builds/readBuilds';

const offline = 'dial tcp: lookup registry.example on 192.0.2.1:53: no such host';

describe('a failing step', () => {
  it.each(['classic', 'buildkit'] as const)(
    'of %s stands at its Dockerfile line with its last lines',
    async (builder) => {
      const events = await eventsOf(builder, [recorded(`${builder}-failed`)]);
      const { state } = buildAfter(builder, events, dockerfile('failed'));
      expect(state.state).toBe('failed');
      expect(state.imageId).toBeNull();
      expect(state.failure).toMatchObject({ code: 'BUILD_FAILED', details: { line: 5 } });
      const details = state.failure?.details as { lastLines: string[]; message: string; instruction: string };
      expect(details.instruction).toContain('exit 3');
      expect(details.message).toContain('3');
      expect(details.lastLines).toEqual(expect.arrayContaining(['starting', 'broken']));
      expect(state.steps.filter((step) => step.state === 'running')).toEqual([]);
    },
  );

  it('counts as the builder counts', async () => {
    const classic = await eventsOf('classic', [recorded('classic-failed')]);
    expect(buildAfter('classic', classic).state.failure?.details).toMatchObject({ step: 4, total: 6 });
    const buildkit = await eventsOf('buildkit', [recorded('buildkit-failed')]);
    expect(buildAfter('buildkit', buildkit).state.failure?.details).toMatchObject({ step: 3, total: 4 });
  });

  it('stays failed whatever comes after it', async () => {
    const events = await eventsOf('classic', [recorded('classic-failed')]);
    const late: BuildEvent[] = [
      { type: 'image', imageId: 'sha256:late' },
      { type: 'ended', complete: true, atMs: 2 },
    ];
    expect(buildAfter('classic', [...events, ...late]).state.state).toBe('failed');
  });

  it('that filled the disk says so', async () => {
    const bytes = messages({ stream: 'Step 1/1 : RUN dd' }, { error: 'write /x: no space left on device' });
    expect(buildAfter('classic', await eventsOf('classic', [bytes])).state.failure?.code).toBe('DISK_FULL');
  });

  it('of a Dockerfile that cannot be parsed names the line', () => {
    for (const message of [
      'dockerfile parse error line 4: unknown instruction: FROMM',
      'dockerfile parse error on line 4: x',
    ]) {
      const { state } = buildAfter('buildkit', [{ type: 'failed', message, atMs: 1 }]);
      expect(state.failure).toMatchObject({ code: 'BUILD_FAILED', details: { line: 4, message } });
    }
  });
});

describe('a base image that cannot be had', () => {
  it('is named as the classic builder fails, with its argument filled in', async () => {
    const bytes = messages(
      { stream: 'Step 1/3 : ARG BASE_IMAGE=python:3.11-slim' },
      { stream: '\n' },
      { stream: 'Step 2/3 : FROM ${BASE_IMAGE} AS builder' },
      { stream: '\n' },
      { errorDetail: { message: offline }, error: offline },
    );
    const events = await eventsOf('classic', [bytes]);
    const image = (args: object) => buildAfter('classic', events, dockerfile('stages'), args).state.failure;
    expect(image({})).toEqual({
      code: 'BASE_IMAGE_UNREACHABLE',
      details: { image: 'python:3.11-slim', message: offline },
    });
    expect(image({ BASE_IMAGE: 'mirror.example/python:3' })?.details).toMatchObject({
      image: 'mirror.example/python:3',
    });
  });

  it('is named as BuildKit fails', async () => {
    const name = '[internal] load metadata for docker.io/library/python:3.11-slim';
    const bytes = messages(trace(vertex({ digest: 'a', name, started: 1, completed: 2, error: offline })), {
      errorDetail: { message: offline },
      error: offline,
    });
    const { state } = buildAfter('buildkit', await eventsOf('buildkit', [bytes]));
    expect(state.failure).toMatchObject({ code: 'BASE_IMAGE_UNREACHABLE', details: { image: 'python:3.11-slim' } });
  });

  it('is told from one that the registry does not know', async () => {
    const unknown = 'pull access denied for nobody/nothing, repository does not exist or may require authorization';
    const bytes = messages({ stream: 'Step 1/1 : FROM nobody/nothing' }, { error: unknown });
    const { state } = buildAfter('classic', await eventsOf('classic', [bytes]), 'FROM nobody/nothing');
    expect(state.failure).toEqual({ code: 'IMAGE_MISSING', details: { image: 'nobody/nothing' } });
  });
});

describe('a build that ends otherwise', () => {
  it('is interrupted at its running step when the engine goes away', async () => {
    const whole = recorded('classic-failed').toString('utf8');
    const events = await eventsOf('classic', [Buffer.from(whole.slice(0, whole.indexOf('Removing')))], true);
    const { state } = buildAfter('classic', events);
    expect(state).toMatchObject({
      state: 'interrupted',
      failure: { code: 'BUILD_INTERRUPTED', details: { step: 4, total: 6 } },
    });
    expect(state.steps.at(-1)?.state).toBe('cancelled');
  });

  it('is cancelled when somebody cancels it, with nothing left running', async () => {
    const events = (await eventsOf('buildkit', [recorded('buildkit-failed')])).slice(0, 12);
    const record = buildAfter('buildkit', events);
    const gaveUp: BuildChange = { type: 'gaveUp', failure: { code: 'CANCELLED', details: {} }, atMs: 9 };
    const { state } = reduceBuild(record, gaveUp);
    expect(state.state).toBe('cancelled');
    expect(state.steps.some((step) => step.state === 'running')).toBe(false);
  });
});

describe('an image that was named', () => {
  const step: BuildEvent = { type: 'step', id: 'late', index: 9, total: 9, instruction: 'exporting to image', atMs: 3 };
  const end: BuildEvent[] = [
    { type: 'image', imageId: 'sha256:made' },
    step,
    { type: 'ended', complete: true, atMs: 4 },
  ];

  it('stays the image of the build when BuildKit tells of a step after it, as it does under load', () => {
    expect(buildAfter('buildkit', end).state).toMatchObject({ state: 'done', imageId: 'sha256:made' });
  });

  it('was only a stage’s where the classic builder goes on', () => {
    expect(buildAfter('classic', end).state).toMatchObject({ state: 'interrupted', imageId: null });
  });
});

describe('100,000 lines of output', () => {
  it('leave only the last ones in memory', () => {
    let record = buildAfter('classic', []);
    record = reduceBuild(record, { type: 'step', id: '1', index: 1, total: 1, instruction: 'RUN seq', atMs: 1 });
    for (let at = 0; at < 100_000; at += 1) {
      record = reduceBuild(record, { type: 'output', id: '1', texts: [`line ${at}`] });
    }
    expect(JSON.stringify(record).length).toBeLessThan(5_000);
    expect(record.state.steps[0]?.hasOutput).toBe(true);
    const { state } = reduceBuild(record, { type: 'failed', message: 'no', atMs: 2 });
    const details = state.failure?.details as { lastLines: string[] };
    expect(details.lastLines.at(-1)).toBe('line 99999');
  });
});

describe('a Dockerfile', () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    '# escape=`',
    'from base as one',
    '',
    'RUN first `',
    '  # not the end',
    '',
    '  second',
    'FROM one',
    'RUN second',
    'COPY $SOURCE .',
    'RUN twice',
    'RUN twice',
  ].join('\r\n');
  const instructions = readDockerfile(text);

  it('with comments, blank lines and another escape keeps its line numbers', () => {
    expect(instructions.map(({ line, keyword, stage }) => [line, keyword, stage])).toEqual([
      [3, 'FROM', 1],
      [5, 'RUN', 1],
      [9, 'FROM', 2],
      [10, 'RUN', 2],
      [11, 'COPY', 2],
      [12, 'RUN', 2],
      [13, 'RUN', 2],
    ]);
    expect(instructions[1]?.rest).toBe('first second');
  });

  it('has a line for a step whose text BuildKit has filled in, in a stage that continues another', () => {
    expect(lineOfStep(instructions, '[stage-1 2/4] COPY src .', 0)).toBe(11);
    expect(lineOfStep(instructions, '[one 1/2] FROM docker.io/library/base', 0)).toBe(3);
  });

  it('has the right line for each of two equal instructions', () => {
    expect(lineOfStep(instructions, '[stage-1 3/4] RUN twice', 0)).toBe(12);
    expect(lineOfStep(instructions, '[stage-1 4/4] RUN twice', 0)).toBe(13);
    expect(lineOfStep(instructions, 'RUN twice', 7)).toBe(13);
  });

  it('has no line for what the builder added, rather than a wrong one', () => {
    expect(lineOfStep(instructions, 'LABEL made.by=engine', 8)).toBeNull();
    expect(lineOfStep(instructions, '[internal] load build context', 1)).toBeNull();
    expect(lineOfStep(instructions, '[stage-1 2/9] COPY src .', 0)).toBeNull();
  });

  it('names its base image through arguments, defaults and fall-backs', () => {
    const file = readDockerfile('ARG A="one:1"\nARG B\nFROM --platform=linux/amd64 $A AS x');
    expect(imageOfFrom(file, '--platform=linux/amd64 $A AS x', {})).toBe('one:1');
    expect(imageOfFrom(file, '${B:-two:2}', {})).toBe('two:2');
    expect(imageOfFrom(file, '${B:-two:2}', { B: 'three:3' })).toBe('three:3');
    // An argument that the Dockerfile does not declare stays empty, as in Docker.
    expect(imageOfFrom(file, 'base$C', { C: 'x' })).toBe('base');
  });
});
