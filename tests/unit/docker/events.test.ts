import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeEvent } from '../../../electron/docker/events';

const id = 'ab'.repeat(32);
const start = { subject: 'container', action: 'start', id, atMs: 1_714_557_600_123 };

describe('normalizeEvent', () => {
  it('reads the shape before API 1.52 and the one since as the same event', () => {
    const since = {
      Type: 'container',
      Action: 'start',
      Actor: { ID: id, Attributes: { image: 'web' } },
      scope: 'local',
      time: 1_714_557_600,
      timeNano: Number('1714557600123456789'),
    };
    expect(normalizeEvent(since)).toEqual(start);
    expect(normalizeEvent({ ...since, status: 'start', id, from: 'web' })).toEqual(start);
  });

  it('reads the oldest shape, which has nothing but status, id and seconds', () => {
    expect(normalizeEvent({ status: 'start', id, from: 'web', time: 1_714_557_600 })).toEqual({
      ...start,
      atMs: 1_714_557_600_000,
    });
  });

  it.each([
    ['died', 'container', 'die'],
    ['remove', 'container', 'destroy'],
    ['remove', 'image', 'delete'],
    ['health_status: healthy', 'container', 'health_status'],
    ['exec_create: sh -c "a: b"', 'container', 'exec_create'],
    ['untag', 'image', 'untag'],
    ['remove', 'volume', 'remove'],
  ])('takes "%s" of a %s for "%s"', (said, type, action) => {
    expect(normalizeEvent({ Type: type, Action: said, Actor: { ID: id } })?.action).toBe(action);
  });

  it('keeps events of subjects that are not known yet apart', () => {
    expect(normalizeEvent({ Type: 'plugin', Action: 'enable', Actor: { ID: id } })?.subject).toBe('other');
  });

  it('takes any JSON without throwing, and only what names an action and an object for an event', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const event = normalizeEvent(value);
        if (event) expect(event.action && event.id).toBeTruthy();
      }),
    );
    for (const none of [null, 1, 'start', [], {}, { Action: 'start' }, { id }, { Action: 3, Actor: null, id: {} }]) {
      expect(normalizeEvent(none)).toBeNull();
    }
  });
});
