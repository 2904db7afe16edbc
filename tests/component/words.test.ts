// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { containerStatus } from '../../renderer/lib/containerStatus';
import { exitWords } from '../../renderer/lib/exitCode';
import { formatIn } from '../../renderer/lib/format';
import { sampleContainer } from '../fakes/samples';

describe('exit codes', () => {
  test.each([
    [0, 'finished without error', '오류 없이 끝났어요'],
    [1, 'failed with code 1', '오류 코드 1로 끝났어요'],
    [125, 'the engine could not run it (125)', '엔진이 실행하지 못했어요(125)'],
    [126, 'command cannot be executed (126)', '명령을 실행할 수 없어요(126)'],
    [127, 'command not found (127)', '명령을 찾을 수 없어요(127)'],
    [137, 'killed (137)', '강제로 종료됐어요(137)'],
    [143, 'asked to end (143)', '종료 요청을 받고 끝났어요(143)'],
    [129, 'ended by signal 1 (129)', '시그널 1 때문에 끝났어요(129)'],
    [255, 'failed with code 255', '오류 코드 255로 끝났어요'],
  ])('%i is not left as a bare number', (code, english, korean) => {
    expect(exitWords(code, false, 'en')).toBe(english);
    expect(exitWords(code, false, 'ko')).toBe(korean);
  });

  test('137 by the memory limit is not told as a plain kill', () => {
    expect(exitWords(137, true, 'en')).toBe('ran out of memory');
  });
});

describe('container status', () => {
  const ended = (exitCode: number, outOfMemory = false) =>
    containerStatus(sampleContainer({ state: 'exited', health: 'none', exitCode, outOfMemory }));

  test('a container that a person stopped does not look failed', () => {
    expect([0, 130, 137, 143].map((code) => ended(code).tone)).toEqual(['idle', 'idle', 'idle', 'idle']);
  });

  test('a container that broke does not look stopped', () => {
    expect([ended(1), ended(127), ended(137, true)].map(({ word }) => word)).toEqual(
      Array.from({ length: 3 }, () => 'exitedBadly'),
    );
  });

  test('a running container is not called healthy before its check passed', () => {
    expect(containerStatus(sampleContainer({ health: 'starting' })).word).toBe('starting');
    expect(containerStatus(sampleContainer({ health: 'unhealthy' })).tone).toBe('bad');
    expect(containerStatus(sampleContainer({ health: 'none' })).word).toBe('running');
  });
});

describe('formats', () => {
  test('sizes keep one unit and one decimal in both languages', () => {
    expect([0, 512, 1536, 187_432_960].map(formatIn('en').bytes)).toEqual(['0 B', '512 B', '1.5 KiB', '178.8 MiB']);
    expect(formatIn('ko').bytes(1024 ** 4)).toBe('1 TiB');
  });

  test('a clock that runs ahead on the engine never says that something happens in the future', () => {
    expect(formatIn('en').ago(2_000_000, 1_000_000)).toBe('now');
    expect(formatIn('ko').ago(1_000_000 - 3 * 60_000, 1_000_000)).toBe('3분 전');
  });

  test('durations do not lose their hours', () => {
    expect([4200, 83_000, 3_723_000].map(formatIn('en').duration)).toEqual(['4.2 s', '1:23', '1:02:03']);
  });
});
