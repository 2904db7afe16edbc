import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TerminalOutput } from '../../electron/services/terminalOutput';
import { SessionReport, shellEnvironment } from '../../electron/services/terminalShell';

describe('kept output', () => {
  it('is read with a gap, twice, or grows without end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 30 })),
        fc.nat({ max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (texts, limit, step) => {
          const output = new TerminalOutput(limit);
          for (const text of texts) output.append(text);
          const whole = texts.join('');
          expect(output.endOffset).toBe(whole.length);
          expect(output.endOffset - output.firstOffset).toBeLessThan(limit + 31);
          expect(output.endOffset - output.firstOffset).toBeGreaterThanOrEqual(Math.min(limit, whole.length));
          let read = '';
          for (let at = 0; at < output.endOffset; ) {
            const part = output.read(at, step);
            expect(part.fromOffset).toBe(Math.max(at, output.firstOffset));
            expect(part.text.length).toBeLessThanOrEqual(step);
            expect(part.toOffset).toBeGreaterThan(at);
            read += part.text;
            at = part.toOffset;
          }
          expect(read).toBe(whole.slice(output.firstOffset));
        },
      ),
    );
  });
});

describe('the report of a session', () => {
  it.each([
    ['first', '', '\u001b[?2004hroot# '],
    ['after the echo of what was typed early', 'sleep 1\r\n', '# '],
    ['after a control sequence', '\u001b[0m', ''],
  ])('is missed %s, or shown, however it is cut', (_, before, after) => {
    const all = `${before}\u001b]wharf;421\u0007${after}`;
    for (let cut = 0; cut <= all.length; cut += 1) {
      for (let second = cut; second <= all.length; second += 3) {
        const report = new SessionReport();
        const parts = [all.slice(0, cut), all.slice(cut, second), all.slice(second)];
        const shown = parts.map((part) => report.take(part)).join('') + report.rest();
        expect([report.sessionId, shown]).toEqual([421, before + after]);
      }
    }
  });

  it('swallows what only begins like it', () => {
    for (const text of ['\u001b]0;title\u0007$ ', '\u001b', '\u001b]wharf;x\u0007', 'plain']) {
      const report = new SessionReport();
      expect([...text].map((character) => report.take(character)).join('') + report.rest()).toBe(text);
      expect(report.sessionId).toBeNull();
    }
  });
});

describe('the environment of a shell', () => {
  it('overrides the language of the image, or has none', () => {
    expect(shellEnvironment(['LANG=ko_KR.UTF-8'])).toEqual(['TERM=xterm-256color']);
    expect(shellEnvironment(['PATH=/bin', 'LANG='])).toEqual(['TERM=xterm-256color', 'LANG=C.UTF-8']);
  });
});
