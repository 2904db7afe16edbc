import { type AttachedFile, attachmentLimits } from '../../../electron/contract/chat';

/** Why a file does not go along with a message. */
export type AttachmentProblem =
  | { reason: 'tooMany'; limit: number }
  | { reason: 'tooLong'; name: string; limit: number }
  | { reason: 'allTooLong'; limit: number }
  | { reason: 'binary' | 'unreadable' | 'empty'; name: string };

/** A file can have up to this many bytes a UTF-16 unit of text. */
const bytesPerUnit = 3;

/** The text of a file: UTF-8, UTF-16 with its mark, or Korean Windows' code page. Null where it is no text. */
function decodeText(bytes: Uint8Array<ArrayBuffer>): string | null {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  const encodings = mark === null ? ['utf-8', 'euc-kr'] : [mark];
  if (mark === null && bytes.includes(0)) return null;
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      // Control characters other than those that lay out text are no text.
      return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
    } catch {
      // Not in this encoding.
    }
  }
  return null;
}

async function readOne(file: File): Promise<AttachedFile | AttachmentProblem> {
  const { name } = file;
  const tooLong = { reason: 'tooLong', name, limit: attachmentLimits.length } as const;
  if (file.size > attachmentLimits.length * bytesPerUnit) return tooLong;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    // A folder, or gone since it was picked.
    return { reason: 'unreadable', name };
  }
  const text = decodeText(bytes);
  if (text === null) return { reason: 'binary', name };
  if (text.trim() === '') return { reason: 'empty', name };
  return text.length > attachmentLimits.length ? tooLong : { name: name.slice(-255), text };
}

/**
 * Reads files to go along with a message, as far as they fit beside those that are there.
 * @returns what is attached now, and why each of the others is not
 */
export async function readTextFiles(
  files: readonly File[],
  attached: readonly AttachedFile[],
): Promise<{ attached: AttachedFile[]; problems: AttachmentProblem[] }> {
  const all = [...attached];
  const problems: AttachmentProblem[] = [];
  for (const file of files) {
    if (all.length >= attachmentLimits.count) {
      problems.push({ reason: 'tooMany', limit: attachmentLimits.count });
      break;
    }
    const read = await readOne(file);
    if ('reason' in read) problems.push(read);
    else if (all.reduce((sum, { text }) => sum + text.length, read.text.length) > attachmentLimits.totalLength) {
      problems.push({ reason: 'allTooLong', limit: attachmentLimits.totalLength });
    } else all.push(read);
  }
  return { attached: all, problems };
}
