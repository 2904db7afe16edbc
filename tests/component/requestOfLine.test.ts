import { describe, expect, it } from 'vitest';
import { requestOfLine } from '../../renderer/features/logs/requestOfLine';

const id = '5f7a0a0e-6a55-4a3c-8d7e-1f2b3c4d5e6f';

describe('the request of a log line', () => {
  it.each([
    [`2026-11-23T12:00:00Z INFO request method=POST path=/chat status=200 total_ms=3.1 client=172.17.0.1 id=${id}`, id],
    [`{"time":"2026-11-23T12:00:00Z","level":"info","message":"request","request_id": "${id}"}`, id],
    ['INFO request id=5b1f0a2200000001', null],
    [`INFO container=${id}`, null],
    [`uuid=${id}`, null],
    ['', null],
  ])('is not found, or found where there is none: %s', (line, expected) => {
    expect(requestOfLine(line)).toBe(expected);
  });
});
