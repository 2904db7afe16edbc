import { chosenPath } from '../contract/chat';
import type { ArchivedConversation, ArchivedMessage } from './archiveFormat';

export type ExportLanguage = 'ko' | 'en';

const words = {
  en: { user: 'You', assistant: 'Answer', untitled: 'Conversation', unfinished: 'This answer is not complete.' },
  ko: { user: '나', assistant: '답변', untitled: '대화', unfinished: '끝까지 받지 못한 답변이에요.' },
} as const;

/** `2026-11-23 14:05` in the machine's own time. */
function minute(atMs: number): string {
  const at = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return at.toISOString().slice(0, 16).replace('T', ' ');
}

function whoOf({ role, provenance }: ArchivedMessage, language: ExportLanguage): string {
  if (role === 'user') return words[language].user;
  const by = [provenance?.containerName, provenance?.model].filter(Boolean).join(' · ');
  return by === '' ? words[language].assistant : `${words[language].assistant} · ${by}`;
}

/** A conversation as a Markdown document: what is shown of it, each turn under a heading with its time. */
export function conversationMarkdown({ title, messages }: ArchivedConversation, language: ExportLanguage): string {
  const turns = chosenPath(messages).map((message) => {
    const files = message.files.map(({ name }) => `- \`${name.replaceAll('`', "'")}\``).join('\n');
    const isWhole = message.state === 'done';
    return [
      `## ${whoOf(message, language)} · ${minute(message.createdAtMs)}`,
      ...(files === '' ? [] : [files]),
      ...(message.text.trim() === '' ? [] : [message.text.trim()]),
      ...(isWhole ? [] : [`_${words[language].unfinished}_`]),
    ].join('\n\n');
  });
  return `${[`# ${title || words[language].untitled}`, ...turns].join('\n\n')}\n`;
}
