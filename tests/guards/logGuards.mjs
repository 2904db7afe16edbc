// @ts-check

const demux = 'electron/docker/demux.ts';
const lines = 'electron/docker/logLines.ts';
const resume = 'electron/services/resumePoint.ts';

/** What keeps logs whole and bounded. @type {import('./table.mjs').Guard[]} */
export const logGuards = [
  {
    guard: 'rubbish is no log',
    file: demux,
    text: 'if (channel === undefined || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) {',
    broken: 'if (channel === undefined) {',
    tests: ['unit/demux.test.ts › shows rubbish as a log: %s'],
  },
  {
    guard: 'an end inside a frame is no end',
    file: demux,
    text: 'if (payloadLeft > 0 || headerFilled > 0) throw',
    broken: 'if (payloadLeft < 0) throw',
    tests: ['unit/demux.test.ts › takes an end inside a frame or a header for the end of the log'],
  },
  {
    guard: 'a header over two chunks',
    file: demux,
    text: 'if (headerFilled < headerBytes) break;',
    broken: 'if (headerFilled < headerBytes) {\n        headerFilled = 0;\n        break;\n      }',
    tests: ['unit/demux.test.ts › is off by one at some split, byte by byte'],
  },
  {
    guard: 'long lines are bounded',
    file: lines,
    text: 'while (this.openBytes + bytes.length - at > pieceLimitBytes) {',
    broken: 'while (this.openBytes + bytes.length - at > pieceLimitBytes * 100) {',
    tests: [
      'unit/logLines.test.ts › fill the memory, or are not, put together again, the very bytes that were written',
    ],
  },
  {
    guard: 'a piece of a long line says so',
    file: lines,
    text: 'this.continues = true;',
    broken: '',
    tests: [
      'unit/logLines.test.ts › fill the memory, or are not, put together again, the very bytes that were written',
    ],
  },
  {
    guard: 'a long line is saved whole',
    file: 'electron/services/readableLines.ts',
    text: 'yield await lines.readStored(line.index, line.index + 1);',
    broken: 'yield [line];',
    tests: ['service/lineExport.test.ts › lacks a part of a line of many megabytes, or holds it in memory whole'],
  },
  {
    guard: 'parts of a long line are one line',
    file: lines,
    text: 'if (this.isOpen && stamp !== this.time) this.finish(batch, false);',
    broken: 'if (this.isOpen) this.finish(batch, false);',
    tests: ['unit/logLines.test.ts › of %i bytes are torn into parts, or keep the time stamps between them'],
  },
  {
    guard: 'the last line without a line break',
    file: lines,
    text: 'if (this.isOpen) this.finish(batch, false);',
    broken: '',
    tests: ['unit/logLines.test.ts › lose the last one when it has no line break'],
  },
  {
    guard: 'lines that came before are not shown twice',
    file: resume,
    text: `if (order < 0) return 'seen';`,
    broken: '',
    tests: ['service/lines.test.ts › are missing, or come twice, after streams cut at random'],
  },
  {
    guard: 'a hole in a log is marked',
    file: resume,
    text: `if (wasAskedFor && channel.repeated === 0) novelty = 'gap';`,
    broken: 'void wasAskedFor;',
    tests: [
      'unit/resumePoint.test.ts › says nothing when the last line it knew is gone',
      'service/lines.test.ts › hide that the engine threw lines away while the stream was lost',
    ],
  },
  {
    guard: 'rotation is not believed',
    file: resume,
    text: `if (this.stampsAreUnique && isRepeated(channel, line.time, mark)) return 'seen';`,
    broken: 'void isRepeated;',
    tests: ['unit/resumePoint.test.ts › believes an engine that sends lines again while it rotates'],
  },
  {
    guard: 'a log outlives its container',
    file: 'electron/services/nextRun.ts',
    text: 'if (heir && heir.id !== id) return heir;',
    broken: 'void heir;',
    tests: ['service/keptLogs.test.ts › ends with the container although another one takes its name'],
  },
  {
    guard: 'a slow search is ended',
    file: 'electron/services/search/searchPool.ts',
    text: 'if (this.watchdog === asked) this.giveUp();',
    broken: 'void asked;',
    tests: [
      'service/searchLines.test.ts › never ends, or takes Wharf with it, when its expression goes back and forth for ever',
    ],
  },
  {
    guard: 'readers of a log are forgotten',
    file: 'electron/services/live.ts',
    text: '      this.readers.delete(reader);',
    broken: '      void reader;',
    tests: ['unit/live.test.ts › keeps a reader that left while nothing happened'],
  },
  {
    guard: 'the spool is bounded',
    file: 'electron/services/spool/spool.ts',
    text: '        this.written = block;\n        await this.segments.dropOldest();',
    broken: '        this.written = block;',
    tests: ['unit/spool.test.ts › grows without bound, or drops lines without saying which'],
  },
];
