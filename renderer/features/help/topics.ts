import type { Language } from '../../lib/i18n';

/** The documents that travel with Wharf, `docs/help`, in the order in which they are read. */
export const topics = ['start', 'commands', 'logs', 'chat', 'closed', 'safety'] as const;
export type Topic = (typeof topics)[number];

type Read = () => Promise<{ default: string }>;

/** Each is a file of its own, read when it is opened. */
const documents: Record<Language, Record<Topic, Read>> = {
  en: {
    start: () => import('../../../docs/help/en/start.md?raw'),
    commands: () => import('../../../docs/help/en/commands.md?raw'),
    logs: () => import('../../../docs/help/en/logs.md?raw'),
    chat: () => import('../../../docs/help/en/chat.md?raw'),
    closed: () => import('../../../docs/help/en/closed.md?raw'),
    safety: () => import('../../../docs/help/en/safety.md?raw'),
  },
  ko: {
    start: () => import('../../../docs/help/ko/start.md?raw'),
    commands: () => import('../../../docs/help/ko/commands.md?raw'),
    logs: () => import('../../../docs/help/ko/logs.md?raw'),
    chat: () => import('../../../docs/help/ko/chat.md?raw'),
    closed: () => import('../../../docs/help/ko/closed.md?raw'),
    safety: () => import('../../../docs/help/ko/safety.md?raw'),
  },
};

/** The Markdown of a topic. */
export async function readTopic(topic: Topic, language: Language): Promise<string> {
  return (await documents[language][topic]()).default;
}

/** The topic of that name; the first where there is none. */
export function topicOf(name: string | undefined): Topic {
  return topics.find((topic) => topic === name) ?? topics[0];
}
