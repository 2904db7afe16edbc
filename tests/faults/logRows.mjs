// @ts-check

/** @type {import('./table.mjs').Row[]} */
export const logRows = [
  {
    row: '1 GB, 200,000 lines/s for 60 s; one line of 100 MB',
    cases: {
      'memory flat': [
        'unit/spool.test.ts › lets the memory grow while the disk is busy',
        'unit/spool.test.ts › grows without bound, or drops lines without saying which',
      ],
      follows: [
        'component/logsFeed.test.ts › shows rows only once their lines are there: no blank screen in a flood',
        'e2e/survives.test.ts › crosses to the page, line by line, instead of staying in main',
      ],
      'counts what was dropped': [
        'service/lines.test.ts › are dropped for space without a word',
        'component/logsFeed.test.ts › drops rows whose lines were dropped for space and does not ask for them for ever',
      ],
      'long line cut with its size': [
        'unit/logLines.test.ts › fill the memory, or are not, put together again, the very bytes that were written',
        'page/logsView.test.tsx › say what was cut from them and what is not laid out',
      ],
    },
  },
  {
    row: 'lines of 16,384 and 16,385 bytes; multi-byte at the cut; UTF-8 split; invalid UTF-8, NUL',
    cases: {
      parts: [
        'unit/logLines.test.ts › of %i bytes are torn into parts, or keep the time stamps between them',
        'engine/logs.test.ts › loses a character that lies across two parts of a long line',
      ],
      'split over frames, stderr interleaved': [
        'unit/logLines.test.ts › differ from what was written for some way of splitting the stream',
        'unit/logLines.test.ts › mix the two channels where parts of long lines alternate',
      ],
      'invalid UTF-8, NUL': ['unit/logLines.test.ts › stop at invalid UTF-8, NUL or a text without time stamp'],
      'byte-identical': [
        'unit/logLines.test.ts › are not, put together again, the very bytes that were written',
        'service/lineExport.test.ts › differs in a byte from what the container wrote',
        'engine/logs.test.ts › differs from what it wrote (terminal: %s)',
      ],
    },
  },
  {
    row: 'header split, length 0, length 2^32-1, unknown type, truncated end, 100,000 tiny frames',
    cases: {
      'header split': [
        'unit/demux.test.ts › loses or mixes bytes where a header or a payload is split over chunks',
        'unit/demux.test.ts › is off by one at some split, byte by byte',
      ],
      'length 0': ['unit/demux.test.ts › takes an empty frame for the end, or for the next header'],
      'length 2^32-1': ['unit/demux.test.ts › holds memory for what a forged length announces'],
      'unknown type': ['unit/demux.test.ts › shows rubbish as a log: %s'],
      'truncated end': ['unit/demux.test.ts › takes an end inside a frame or a header for the end of the log'],
      '100,000 frames': ['unit/demux.test.ts › overflows the stack on many tiny frames in one chunk'],
    },
  },
  {
    row: 'TTY; driver `none`; rotation; truncation; `--rm`; last line without newline',
    cases: {
      TTY: ['engine/logs.test.ts › of a terminal shows time stamps inside long lines'],
      'driver none': [
        'engine/logs.test.ts › of a driver that keeps nothing looks empty',
        'service/lines.test.ts › of a logging driver that keeps nothing look like an empty log',
      ],
      rotation: [
        'engine/logs.test.ts › repeats lines, or skips some without a word, while it is rotated',
        'unit/resumePoint.test.ts › believes an engine that sends lines again while it rotates',
      ],
      truncation: [
        'unit/resumePoint.test.ts › says nothing when the last line it knew is gone',
        'service/lines.test.ts › hide that the engine threw lines away while the stream was lost',
      ],
      '--rm': [
        'engine/logs.test.ts › of a container that removed itself is gone, or does not go on with the next of its name',
        'service/keptLogs.test.ts › vanishes when an auto-removed container ends',
        'service/keptLogs.test.ts › ends with the container although another one takes its name',
      ],
      'no newline': ['unit/logLines.test.ts › lose the last one when it has no line break'],
    },
  },
  {
    row: 'ANSI/OSC attacks, bidi, zero width, HTML, `javascript:`',
    cases: {
      'colours only': [
        'component/logsAnsi.test.ts › shows %s',
        'component/logsAnsi.test.ts › loses no text to a sequence that only looks like a colour',
        'unit/logText.test.ts › keeps a part of one, or loses text, in %j',
      ],
      '10,000 nested': [
        'component/logsAnsi.test.ts › keeps its pace and bounds the elements on 10,000 nested sequences',
      ],
      HTML: [
        'component/logsAnsi.test.ts › keeps what looks like HTML as text',
        'page/logsView.test.tsx › stay text, whatever they look like',
        'e2e/logs.test.ts › titles the window, runs markup, or hides what it does',
      ],
      links: [
        'component/logsAnsi.test.ts › makes no link of %s',
        'page/logsView.test.tsx › asks before a link of a log opens, naming its host',
        'e2e/logs.test.ts › opens a link without asking, or without naming its host',
      ],
      'a terminal': [
        'e2e/containerDetail.test.ts › lets a program change the title, read or write the clipboard, or open a link',
      ],
    },
  },
  {
    row: 'stream cut at random, 100 times',
    cases: {
      '': [
        'service/lines.test.ts › are missing, or come twice, after streams cut at random',
        'engine/logs.test.ts › has gaps or duplicates after its stream was cut again and again',
      ],
    },
  },
  {
    row: 'open and close 500 times',
    cases: {
      main: [
        'service/lines.test.ts › leak streams or readers over 500 visits',
        'unit/live.test.ts › keeps a reader that left while nothing happened',
      ],
      window: ['e2e/logs.test.ts › leaves streams, listeners or memory behind'],
    },
  },
  {
    row: 'search `(a+)+$`',
    cases: {
      main: [
        'service/searchLines.test.ts › never ends, or takes Wharf with it, when its expression goes back and forth for ever',
      ],
      page: ['e2e/logs.test.ts › stops the page on an expression that never ends, and does not say why'],
    },
  },
];
