import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../electron/docker/logs';
import { compareTimes, ResumePoint } from '../../electron/services/resumePoint';
import { stamp } from '../fakes/logStream';

const line = (time: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({
  stream,
  time,
  bytes: Buffer.alloc(0),
  continues: false,
  hasBreak: true,
});

/** Takes lines by their nanoseconds and says what each of them was. */
const takes = (point: ResumePoint, nanoseconds: number[]) => nanoseconds.map((at) => point.take(line(stamp(at))));

describe('resume point', () => {
  it('believes an engine that sends lines again while it rotates', () => {
    const point = new ResumePoint();
    point.resume(true);
    expect(takes(point, [1, 2, 3])).toEqual(['new', 'new', 'new']);
    expect(takes(point, [3, 4, 2, 3, 4, 5])).toEqual(['seen', 'new', 'seen', 'seen', 'seen', 'new']);
    for (let at = 6; at < 20_000; at += 1) point.take(line(stamp(at)));
    const again = Array.from({ length: 5_000 }, (_, at) => 15_000 + at);
    expect(new Set(takes(point, again))).toEqual(new Set(['seen']));
    expect(takes(point, [20_000])).toEqual(['new']);
  });

  it('drops a line that was written in the same nanosecond as the one before', () => {
    const point = new ResumePoint();
    point.resume(true);
    const at = (text: string) => point.take({ ...line(stamp(1)), bytes: Buffer.from(text) });
    expect([at('first'), at('second'), at('first'), at('second'), at('third')]).toEqual([
      'new',
      'new',
      'seen',
      'seen',
      'new',
    ]);
  });

  it('takes a piece of a long line twice, or leaves one out, when the stream was lost inside the line', () => {
    for (const stampsAreUnique of [true, false]) {
      const point = new ResumePoint();
      const long = (nanoseconds: number, pieces: number) =>
        Array.from({ length: pieces }, (_, at) =>
          point.take({ ...line(stamp(nanoseconds)), bytes: Buffer.alloc(10, 'same'), continues: at > 0 }),
        );
      point.resume(stampsAreUnique);
      expect(long(1, 3)).toEqual(['new', 'new', 'new']);
      expect(long(2, 2)).toEqual(['new', 'new']);
      point.resume(stampsAreUnique);
      expect(long(1, 3)).toEqual(['seen', 'seen', 'seen']);
      expect(long(2, 4)).toEqual(['seen', 'seen', 'new', 'new']);
      expect(long(3, 2)).toEqual(['new', 'new']);
      point.resume(stampsAreUnique);
      expect(long(2, 4)).toEqual(['seen', 'seen', 'seen', 'seen']);
      expect(long(3, 2)).toEqual(['seen', 'seen']);
    }
  });

  it('takes the pieces of another line for those of the newest one', () => {
    const pieces = (point: ResumePoint, nanoseconds: number, count: number) =>
      Array.from({ length: count }, (_, at) => point.take({ ...line(stamp(nanoseconds)), continues: at > 0 }));
    const short = new ResumePoint();
    short.resume(true);
    expect([pieces(short, 1, 3), pieces(short, 2, 1)].flat()).toEqual(['new', 'new', 'new', 'new']);
    short.resume(true);
    expect(pieces(short, 2, 3)).toEqual(['seen', 'new', 'new']);
    const sameTime = new ResumePoint();
    sameTime.resume(false);
    expect([pieces(sameTime, 1, 3), pieces(sameTime, 1, 1)].flat()).toEqual(['new', 'new', 'new', 'new']);
    sameTime.resume(false);
    expect([pieces(sameTime, 1, 3), pieces(sameTime, 1, 2)].flat()).toEqual(['seen', 'seen', 'seen', 'seen', 'new']);
  });

  it('brings back the rest of a line whose beginning was cleared', () => {
    const cleared = new ResumePoint();
    cleared.resume(true);
    cleared.take(line(stamp(1)));
    const point = new ResumePoint();
    point.restore(cleared.position());
    point.resume(true);
    const pieces = [1, 1, 2, 2].map((at, n) => point.take({ ...line(stamp(at)), continues: n % 2 === 1 }));
    expect(pieces).toEqual(['seen', 'seen', 'new', 'new']);
  });

  it('drops what is new after the clock was set back', () => {
    const point = new ResumePoint();
    point.resume(true);
    takes(point, [5_000, 6_000]);
    expect(takes(point, [100, 200, 300])).toEqual(['new', 'new', 'new']);
  });

  it('drops lines that share a time stamp on an engine that stamps what it reads at once', () => {
    const point = new ResumePoint();
    point.resume(false);
    expect(takes(point, [1, 1, 1, 2])).toEqual(['new', 'new', 'new', 'new']);
    point.resume(false);
    expect(takes(point, [1, 1, 1, 2, 2])).toEqual(['seen', 'seen', 'seen', 'seen', 'new']);
  });

  it('takes the quiet channel for lost, or loses a line that its file holds out of order', () => {
    const point = new ResumePoint();
    point.resume(true);
    point.take(line('2026-03-04T05:00:00.000000001Z', 'stderr'));
    takes(point, [10, 20]);
    const since = point.resume(true) ?? '';
    expect(compareTimes(since, stamp(0))).toBeLessThan(0);
    expect(compareTimes(since, '2026-03-04T05:00:00.000000001Z')).toBeGreaterThan(0);
    expect(point.take(line(stamp(15), 'stderr'))).toBe('new');
    expect(takes(point, [10, 20, 30])).toEqual(['seen', 'seen', 'new']);
  });

  it('says nothing when the last line it knew is gone', () => {
    const point = new ResumePoint();
    point.resume(true);
    takes(point, [1, 2]);
    point.resume(true);
    expect(takes(point, [7, 8])).toEqual(['gap', 'new']);
  });

  it.each([
    ['2026-03-04T05:06:07.5Z', '2026-03-04T05:06:07.400000000Z', 1],
    ['2026-03-04T14:06:07.100000001+09:00', '2026-03-04T05:06:07.1Z', 1],
    ['2026-03-04T05:06:07Z', '2026-03-04T05:06:07.000000000Z', 0],
    ['2026-03-04T05:06:06.999999999Z', '2026-03-04T05:06:07.000000000Z', -1],
  ])('orders %s and %s wrongly', (a, b, order) => {
    expect(Math.sign(compareTimes(a, b))).toBe(order);
    expect(Math.sign(compareTimes(b, a))).toBe(-order + 0);
  });
});
