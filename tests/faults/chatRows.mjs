// @ts-check

/** @type {import('./table.mjs').Row[]} */
export const chatRows = [
  {
    row: 'first token after six minutes',
    cases: {
      alive: [
        'service/answers.test.ts › end a model that loads for more than six minutes',
        'image/test_answering.py › test_stream_is_silent_while_a_model_loads',
      ],
      said: ['page/answersPage.test.tsx › is not said in words: %s %j %i'],
    },
  },
  {
    row: 'error line after 200; cut; reset; no `done`',
    cases: {
      'Ollama and OpenAI': ['service/answers.test.ts › counts as whole after %s, or loses what came'],
      'our own image': [
        'service/chat.test.ts › counts as whole after %s, or loses what came',
        'image/test_backends.py › test_answer_without_its_end_is_taken_for_whole',
        'image/test_backends.py › test_connection_cut_in_the_middle_of_a_line_is_taken_for_whole',
        'image/test_backends.py › test_error_after_status_200_is_taken_for_text',
      ],
      'on the page': ['page/chatPage.test.tsx › that is %s says so, keeps what came and can be tried again'],
    },
  },
  {
    row: 'NDJSON split at every byte, two objects a chunk, blank lines, 1 MB line',
    cases: {
      'split, blank lines': [
        'unit/answerParts.test.ts › differ where the text is cut into other pieces, where lines are blank, or at the end',
        'service/answers.test.ts › differs where the stream is cut at another byte',
        'image/test_backends.py › test_text_changes_with_how_the_bytes_arrive',
      ],
      '1 MB, two a chunk': [
        'service/answers.test.ts › of one enormous line, or of two objects a chunk, is incomplete',
        'image/test_backends.py › test_two_events_in_one_chunk_with_blank_lines_lose_text',
        'image/test_backends.py › test_line_of_a_megabyte_is_refused',
      ],
      endless: [
        'unit/answerParts.test.ts › without end fill the memory',
        'image/test_backends.py › test_endless_line_fills_the_memory',
      ],
    },
  },
  {
    row: 'Stop in queue, load, first token, middle, last byte',
    cases: {
      '': [
        'service/answers.test.ts › keep a stopped answer alive %s, or lose its text',
        'service/chat.test.ts › leaves the service working, or loses what came: %s',
      ],
      'the image': ['image/test_backends.py › test_upstream_goes_on_when_the_client_has_left'],
      'a real Ollama': ['engine/ollamaChat.test.ts › goes on generating after Stop, or loses what came'],
    },
  },
  {
    row: 'kill -9 mid-answer; torn journal; disk full',
    cases: {
      'kill -9': [
        'service/conversations.test.ts › in the middle of an answer loses all of it, or shows it as finished',
        'e2e/chat.test.ts › is gone, or a second of it and more, when Wharf is killed; the next start says that it is not whole',
      ],
      'torn journal': [
        'service/conversations.test.ts › leaves a journal whose torn end takes the rest with it',
        'e2e/chat.test.ts › stops Wharf, is thrown away, or is moved without a word',
      ],
      'disk full': [
        'service/chat.test.ts › with a full disk ends the answer, hides that it was not stored, or goes on saying so once it is',
        'page/chatPage.test.tsx › says that the disk refuses, until it does not',
      ],
    },
  },
  {
    row: 'renderer crash, reload, second window, switching chats mid-stream',
    cases: {
      crash: ['e2e/chat.test.ts › is lost, asked for again or shown differently after the renderer crashed'],
      'reload, switching': [
        'e2e/chat.test.ts › is lost by a reload of the page, or by looking at another conversation',
      ],
      'a window that missed something': [
        'component/chatReduce.test.ts › that leave a hole are no text: a snapshot is asked for',
      ],
      'second window': ['e2e/chat.test.ts › show different things, or a message twice'],
    },
  },
  {
    row: 'five chats at once; 503; 404 model; 400 context; context overflow',
    cases: {
      'five at once': [
        'unit/answerParts.test.ts › lets more run than it may, out of order, or tells wrong places',
        'service/answers.test.ts › are not told: queued with the place, connecting, loading, generating, done',
      ],
      'refusals have own words': ['unit/answerParts.test.ts › is told as something else: %i %s'],
      overflow: [
        'unit/answerParts.test.ts › is told wrongly where %s',
        'engine/ollamaChat.test.ts › silently drops the beginning of a long conversation without a word of ours',
      ],
    },
  },
  {
    row: 'container stopped, removed or restarted during an answer; port changed',
    cases: {
      said: ['service/answers.test.ts › is not said to be %s'],
      're-binds': [
        'service/chat.test.ts › is lost when its container is made again under the same name',
        'page/chatPage.test.tsx › follows a container that was created again under the same name',
      ],
    },
  },
  {
    row: '100,000 tiny tokens in 2 s; 1 MB answer; 5,000-row table; nested quotes; open fences',
    cases: {
      'tokens, 1 MB': [
        'service/chat.test.ts › of one enormous event or of very many tiny ones is incomplete, or floods a window',
        'component/chatReduce.test.ts › tells its readers once for many deltas of one frame',
      ],
      'while it grows': [
        'component/markdownHtml.test.ts › parses only its last blocks again: finished ones stay the same objects',
        'component/markdownHtml.test.ts › loses or repeats text while its end is too long to be taken apart each time',
      ],
      '5,000-row table': [
        'component/markdownHtml.test.ts › lays out a table of thousands of rows, which stops the page for seconds',
      ],
      'nested quotes': ['component/markdownHtml.test.ts › survives deep nesting'],
      'open fences': ['component/markdownHtml.test.ts › closes open marks for the moment'],
    },
  },
];
