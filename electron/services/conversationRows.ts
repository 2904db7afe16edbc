import { endings } from '../contract/answers';
import type { AttachedFile, Attachment, Conversation, Message } from '../contract/chat';
import { estimatedTokens } from '../contract/tokens';

/** What a column holds. */
export type Value = string | number | null;
export type Row = Record<string, Value>;

/** An attachment as it is kept: with its text. */
export type KeptAttachment = Attachment & { text: string };

export const fromJson = (text: unknown) => (typeof text === 'string' ? JSON.parse(text) : null);
export const toJson = (value: unknown) => (value === null ? null : JSON.stringify(value));

/** Whom conversations talk to is the same for most of ten thousand: parsed once each. */
const targets = new Map<string, Conversation['target']>();

function targetOf(text: Value | undefined): Conversation['target'] {
  if (typeof text !== 'string') return null;
  const known = targets.get(text);
  if (known !== undefined) return known;
  const target = JSON.parse(text) as Conversation['target'];
  if (targets.size > 100) targets.clear();
  targets.set(text, target);
  return target;
}

/** A row of `conversations`. */
export function conversationOf(row: Row): Conversation {
  return {
    id: row.id as string,
    title: row.title as string,
    createdAtMs: row.created_at_ms as number,
    updatedAtMs: row.updated_at_ms as number,
    target: targetOf(row.target),
    pinnedAtMs: row.pinned_at_ms as number | null,
    ...(row.settings === null ? {} : { settings: fromJson(row.settings) }),
    ...(row.comparison_id === null ? {} : { comparisonId: row.comparison_id as string }),
  };
}

/** All of a message; of its attachments what describes them, their texts stay in the database. */
export const messageColumns = `key, id, conversation_id, parent_id, is_chosen, role, text, created_at_ms, state, failure,
  provenance, numbers, (SELECT json_group_array(json_remove(value, '$.text')) FROM json_each(attachments)) AS attachments`;

/** Holds for messages that will not change any more. */
export const isOver = `state IN (${endings.map((ending) => `'${ending}'`).join(', ')})`;

/** A row of `messageColumns`. */
export function messageOf(row: Row): Message {
  return {
    id: row.id as string,
    conversationId: row.conversation_id as string,
    parentId: row.parent_id as string | null,
    isChosen: row.is_chosen === 1,
    attachments: fromJson(row.attachments),
    role: row.role as Message['role'],
    text: row.text as string,
    createdAtMs: row.created_at_ms as number,
    state: row.state as Message['state'],
    failure: fromJson(row.failure),
    provenance: fromJson(row.provenance),
    numbers: fromJson(row.numbers),
  };
}

/** What is kept of files that go along with a message. */
export function describeAttachments(files: readonly AttachedFile[]): Attachment[] {
  return files.map(({ name, text }) => ({
    name: name.split(/[/\\]/).at(-1) || name,
    sizeBytes: Buffer.byteLength(text),
    tokens: estimatedTokens(text),
  }));
}
