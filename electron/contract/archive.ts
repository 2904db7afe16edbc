import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare } from './failures';
import { fileGrant } from './host';

/** A piece of a snippet; pieces that were looked for are marked. Plain text, untrusted. */
const snippetPiece = z.object({ text: z.string(), isMatch: z.boolean() });
export type SnippetPiece = z.infer<typeof snippetPiece>;

/** A message that holds all of the words. */
const messageHit = z.object({
  messageId: z.string(),
  role: z.enum(['user', 'assistant']),
  createdAtMs: z.number(),
  snippet: z.array(snippetPiece),
});
export type MessageHit = z.infer<typeof messageHit>;

/** A conversation whose title holds all of the words, or messages of which do; `hits` newest first, some of them. */
const conversationHit = z.object({
  conversationId: z.string(),
  title: z.array(snippetPiece),
  updatedAtMs: z.number(),
  hits: z.array(messageHit),
});
export type ConversationHit = z.infer<typeof conversationHit>;

/** How conversations leave: `markdown` is what is shown, to be read; `json` is everything, to be taken in again. */
const exportFormat = z.enum(['markdown', 'json']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** Language of the few words that Wharf adds to a Markdown document. */
const language = z.enum(['ko', 'en']);

/** Largest file that is taken in. It is read and parsed in one piece. */
export const importLimitBytes = 64 * 1024 * 1024;

export const archive = {
  /**
   * Finds conversations by words in their titles and messages: parts of words too, in any script, whatever the case.
   * Titles first, then by their newest message that matches. Answers under way are found once they are over.
   */
  search: oc
    .input(z.strictObject({ text: z.string().trim().min(1).max(200) }))
    .output(z.object({ conversations: z.array(conversationHit), isMore: z.boolean() }))
    .errors(declare('STORAGE_FAILED')),
  /** One conversation as text, to be looked at or copied. */
  exportText: oc
    .input(z.strictObject({ conversationId: z.string(), format: exportFormat, language }))
    .output(z.object({ text: z.string(), suggestedName: z.string() }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Writes conversations into a file that a person picked; null writes all. */
  export: oc
    .input(
      z.strictObject({
        conversationIds: z.array(z.string()).min(1).max(1000).nullable(),
        format: exportFormat,
        language,
        grant: fileGrant,
      }),
    )
    .output(z.object({ conversations: z.number(), sizeBytes: z.number() }))
    .errors(declare('CONVERSATION_MISSING', 'FILE_NOT_PICKED', 'PICKED_FILE_FAILED', 'STORAGE_FAILED')),
  /**
   * Takes in the conversations of a picked file: Wharf's own JSON, or what ChatGPT or Open WebUI export. `alreadyHere`:
   * of Wharf's own, those that exist. `skipped`: those without a message that makes sense.
   */
  import: oc
    .input(z.strictObject({ grant: fileGrant }))
    .output(
      z.object({
        imported: z.number(),
        alreadyHere: z.number(),
        skipped: z.number(),
        /** The newest one that came in. */
        conversationId: z.string().nullable(),
      }),
    )
    .errors(declare('IMPORT_REFUSED', 'FILE_NOT_PICKED', 'PICKED_FILE_FAILED', 'STORAGE_FAILED')),
};
