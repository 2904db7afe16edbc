import { createParser } from 'eventsource-parser';
import { BodyTooLong } from './httpStream';

/**
 * The data of server-sent events (WHATWG HTML, "Server-sent events"), those of one chunk together.
 * @param limitLength longest event, in UTF-16 units
 * @throws BodyTooLong
 */
export async function* eventData(
  text: AsyncIterable<string>,
  limitLength: number,
): AsyncGenerator<string[], void, void> {
  let arrived: string[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: limitLength,
    onEvent: (event) => {
      arrived.push(event.data);
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') tooLong = true;
    },
  });
  for await (const chunk of text) {
    parser.feed(chunk);
    if (arrived.length > 0) yield arrived;
    arrived = [];
    if (tooLong) throw new BodyTooLong();
  }
}

/**
 * Lines that are not blank, those of one chunk together; a last one without line break counts.
 * @param limitLength longest line, in UTF-16 units
 * @throws BodyTooLong
 */
export async function* textLines(
  text: AsyncIterable<string>,
  limitLength: number,
): AsyncGenerator<string[], void, void> {
  // Parts are joined once: adding each chunk to a growing line copies a long one over and over.
  let open: string[] = [];
  let openLength = 0;
  for await (const chunk of text) {
    const lines = chunk.split('\n');
    const rest = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = open.join('') + lines[0];
      open = [];
      openLength = 0;
    }
    open.push(rest);
    openLength += rest.length;
    if (openLength > limitLength) throw new BodyTooLong();
    const said = lines.filter((line) => line.trim() !== '');
    if (said.length > 0) yield said;
  }
  const last = open.join('');
  if (last.trim() !== '') yield [last];
}

/** The JSON value, or undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
