/** Longest line that is parsed; the engine's own are a few kilobytes. */
const defaultMaxLineBytes = 4 * 1024 * 1024;

const lineBreak = 0x0a;

/**
 * JSON values from a stream with one value a line, however the bytes are cut. Lines that are not JSON or longer than
 * `maxLineBytes` are skipped, so that one bad line does not end the stream; memory stays below that size.
 * A last line without line break counts.
 *
 * @param chunks UTF-8 bytes
 * @param onSkipped called for each line that is skipped; for a long one as soon as it is too long
 */
export async function* ndjson(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes = defaultMaxLineBytes,
  onSkipped: () => void = () => {},
): AsyncGenerator<unknown, void, void> {
  let parts: Uint8Array[] = [];
  let lineBytes = 0;

  const add = (part: Uint8Array) => {
    const wasTooLong = lineBytes > maxLineBytes;
    lineBytes += part.length;
    if (lineBytes <= maxLineBytes) {
      parts.push(part);
      return;
    }
    parts = [];
    if (!wasTooLong) onSkipped();
  };
  const finish = (): unknown => {
    const text = lineBytes > 0 && lineBytes <= maxLineBytes ? Buffer.concat(parts).toString('utf8').trim() : '';
    const value = text === '' ? undefined : parse(text);
    if (text !== '' && value === undefined) onSkipped();
    parts = [];
    lineBytes = 0;
    return value;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(lineBreak); at !== -1; at = chunk.indexOf(lineBreak, from)) {
      add(chunk.subarray(from, at));
      const value = finish();
      if (value !== undefined) yield value;
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  const last = finish();
  if (last !== undefined) yield last;
}

/** The value, or undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
