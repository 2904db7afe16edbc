import type { AttachedFile, Attachment } from '../../../electron/contract/chat';
import { estimatedTokens } from '../../../electron/contract/tokens';

/** Files that are still here, as main will describe them. */
export function describedFiles(files: readonly AttachedFile[]): Attachment[] {
  return files.map(({ name, text }) => ({
    name,
    sizeBytes: new TextEncoder().encode(text).length,
    tokens: estimatedTokens(text),
  }));
}
