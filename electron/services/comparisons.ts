import type { AnswerSettings } from '../contract/answers';
import type { Conversation } from '../contract/chat';
import type { Comparison } from '../contract/comparisons';
import type { ChatTarget } from '../contract/targets';
import type { Chat } from './chat';

/** One prompt to several targets. Each side is a conversation of its own, so that it is stored, stopped and watched like any. */
export class Comparisons {
  private readonly beginning = new Map<string, Promise<Comparison>>();

  constructor(private readonly chat: Chat) {}

  /** See `comparisons.watch`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ comparisons: Comparison[] }, void, void> {
    for await (const sides of this.chat.watchSides(signal)) yield { comparisons: comparisonsOf(sides) };
  }

  /** See `comparisons.begin`. */
  begin(comparisonId: string, targets: ChatTarget[], settings: AnswerSettings | undefined): Promise<Comparison> {
    const underWay = this.beginning.get(comparisonId) ?? this.make(comparisonId, targets, settings);
    this.beginning.set(comparisonId, underWay);
    return underWay.finally(() => this.beginning.delete(comparisonId));
  }

  /** See `comparisons.remove`. */
  async remove(comparisonId: string): Promise<void> {
    for (const { id, comparisonId: its } of await this.chat.sides())
      if (its === comparisonId) await this.chat.remove(id);
  }

  private async make(
    comparisonId: string,
    targets: ChatTarget[],
    settings: AnswerSettings | undefined,
  ): Promise<Comparison> {
    const made = comparisonsOf(await this.chat.sides()).find(({ id }) => id === comparisonId);
    if (made) return made;
    const sides: Conversation[] = [];
    for (const target of targets) {
      sides.push(await this.chat.create(target, { comparisonId, ...(settings ? { settings } : {}) }));
    }
    return comparisonsOf(sides)[0] as Comparison;
  }
}

/** Sides, in the order in which they were made, as comparisons, newest activity first. */
function comparisonsOf(sides: readonly Conversation[]): Comparison[] {
  const found = new Map<string, Comparison>();
  for (const { id, comparisonId = '', title, updatedAtMs, target } of sides) {
    const comparison = found.get(comparisonId) ?? { id: comparisonId, title: '', updatedAtMs: 0, sides: [] };
    comparison.title ||= title;
    comparison.updatedAtMs = Math.max(comparison.updatedAtMs, updatedAtMs);
    comparison.sides.push({ conversationId: id, target });
    found.set(comparisonId, comparison);
  }
  return [...found.values()].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
}
