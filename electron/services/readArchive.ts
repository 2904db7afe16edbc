import * as z from 'zod';
import { importLimitBytes } from '../contract/archive';
import { Failure, type FailureDetails } from '../contract/failures';
import {
  type ArchivedConversation,
  type ArchivedMessage,
  archivedConversationShape,
  archiveFormat,
  archiveVersion,
} from './archiveFormat';

/** What a file holds: conversations that make sense, and how many did not. */
export interface ReadArchive {
  conversations: ArchivedConversation[];
  skipped: number;
}

const seconds = z.number().nullish().catch(null);
const ownArchive = z.object({
  format: z.literal(archiveFormat),
  version: z.number(),
  conversations: z.array(z.unknown()),
});

/** A conversation of ChatGPT's `conversations.json`: nodes by id, of which some carry a message. */
const chatGpt = z.object({
  title: z.string().nullish(),
  create_time: seconds,
  update_time: seconds,
  current_node: z.string().nullish(),
  mapping: z.record(
    z.string(),
    z.object({
      parent: z.string().nullish(),
      message: z
        .object({
          author: z.object({ role: z.string() }),
          create_time: seconds,
          content: z.object({ parts: z.array(z.unknown()).nullish() }),
        })
        .nullish(),
    }),
  ),
});

/** A chat as Open WebUI exports it. Its times are seconds, in older versions milliseconds in some places. */
const openWebUi = z.object({
  title: z.string().nullish(),
  created_at: seconds,
  updated_at: seconds,
  chat: z.object({
    title: z.string().nullish(),
    history: z.object({
      currentId: z.string().nullish(),
      messages: z.record(
        z.string(),
        z.object({
          parentId: z.string().nullish(),
          role: z.string(),
          content: z.string().catch(''),
          timestamp: seconds,
        }),
      ),
    }),
  }),
});

/** A node of somebody else's tree. `role` may be none of ours. */
interface Node {
  parentId: string | null;
  role: string;
  text: string;
  createdAtMs: number | null;
}

/** Seconds since 1970 as milliseconds; what is milliseconds already stays. */
const toMs = (time: number | null | undefined) => (time == null ? null : time > 1e11 ? time : time * 1000);

/**
 * A foreign tree as ours: nodes without words of a person or a model are left out, what follows them follows their
 * parent; circles and what hangs on nothing are dropped.
 */
function messagesOf(nodes: Map<string, Node>, currentId: string | null, fallbackMs: number): ArchivedMessage[] {
  const children = new Map<string | null, string[]>();
  for (const [id, { parentId }] of nodes) {
    const under = parentId !== null && nodes.has(parentId) ? parentId : null;
    children.set(under, [...(children.get(under) ?? []), id]);
  }
  const shown = new Set<string>();
  for (let id = currentId; id !== null && !shown.has(id) && nodes.has(id); id = nodes.get(id)?.parentId ?? null)
    shown.add(id);

  const messages: ArchivedMessage[] = [];
  const waiting = (children.get(null) ?? []).map((id) => ({ id, parentId: null as string | null }));
  for (const { id, parentId } of waiting) {
    const node = nodes.get(id);
    const isOurs = node !== undefined && (node.role === 'user' || node.role === 'assistant') && node.text.trim() !== '';
    if (isOurs) {
      messages.push({
        id,
        parentId,
        isChosen: shown.has(id),
        role: node.role as ArchivedMessage['role'],
        text: node.text,
        createdAtMs: Math.max(0, Math.round(node.createdAtMs ?? fallbackMs)),
        state: 'done',
        failure: null,
        provenance: null,
        numbers: null,
        files: [],
      });
    }
    for (const child of children.get(id) ?? []) waiting.push({ id: child, parentId: isOurs ? id : parentId });
  }
  return messages;
}

function conversationFrom(
  title: string | null | undefined,
  times: { created: number | null | undefined; updated: number | null | undefined },
  nodes: Map<string, Node>,
  currentId: string | null | undefined,
): unknown {
  const createdAtMs = toMs(times.created) ?? toMs(times.updated) ?? Date.now();
  const updatedAtMs = toMs(times.updated) ?? createdAtMs;
  return { title: title ?? '', createdAtMs, updatedAtMs, messages: messagesOf(nodes, currentId ?? null, createdAtMs) };
}

/** One conversation of a foreign file in our shape, still unchecked; null where it is of no known kind. */
function fromForeign(value: unknown): unknown {
  const gpt = chatGpt.safeParse(value).data;
  if (gpt) {
    const nodes = new Map<string, Node>();
    for (const [id, { parent, message }] of Object.entries(gpt.mapping)) {
      const parts = message?.content.parts ?? [];
      nodes.set(id, {
        parentId: parent ?? null,
        role: message?.author.role ?? '',
        text: parts.filter((part) => typeof part === 'string').join('\n'),
        createdAtMs: toMs(message?.create_time),
      });
    }
    return conversationFrom(gpt.title, { created: gpt.create_time, updated: gpt.update_time }, nodes, gpt.current_node);
  }
  const webUi = openWebUi.safeParse(value).data;
  if (webUi) {
    const { history } = webUi.chat;
    const nodes = new Map<string, Node>();
    for (const [id, { parentId, role, content, timestamp }] of Object.entries(history.messages)) {
      nodes.set(id, { parentId: parentId ?? null, role, text: content, createdAtMs: toMs(timestamp) });
    }
    const times = { created: webUi.created_at, updated: webUi.updated_at };
    return conversationFrom(webUi.title ?? webUi.chat.title, times, nodes, history.currentId);
  }
  return null;
}

/**
 * Reads a file of conversations: Wharf's own, ChatGPT's `conversations.json`, or an export of Open WebUI. Everything in it
 * is checked against a strict shape; a conversation that does not fit is counted and left out.
 * @param text the file; @param name what the file is called, for the refusal
 * @throws Failure IMPORT_REFUSED
 */
export function readArchive(text: string, name: string): ReadArchive {
  const refused = (reason: FailureDetails<'IMPORT_REFUSED'>['reason'], cause?: unknown) =>
    new Failure('IMPORT_REFUSED', { name, reason, limitBytes: importLimitBytes }, { cause });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw refused('notJson', error);
  }
  const own = ownArchive.safeParse(parsed).data;
  if (own && own.version > archiveVersion) throw refused('newerFormat');
  const foreign = Array.isArray(parsed) ? parsed : [parsed];
  const candidates = own?.conversations ?? foreign.map(fromForeign);
  if (!own && candidates.length > 0 && candidates.every((one) => one === null)) throw refused('unknownFormat');

  const read: ReadArchive = { conversations: [], skipped: 0 };
  for (const candidate of candidates) {
    const conversation = archivedConversationShape.safeParse(candidate).data;
    if (conversation) read.conversations.push(conversation);
    else read.skipped += 1;
  }
  if (read.conversations.length === 0) throw refused('nothingInside');
  return read;
}
