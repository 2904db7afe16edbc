import type { LineWriter, TaskOutput, WrittenLine } from '../../electron/services/lineWriter';

/** Keeps the lines of tasks in memory, where the real one spools them. */
export class MemoryOutput implements TaskOutput {
  readonly lines = new Map<string, WrittenLine[]>();
  readonly ended = new Set<string>();

  taskWriter(taskId: string): LineWriter {
    const lines: WrittenLine[] = [];
    this.lines.set(taskId, lines);
    return {
      append: (line) => lines.push(line) - 1,
      end: () => void this.ended.add(taskId),
    };
  }

  /** The texts of a task's lines. */
  texts(taskId: string): string[] {
    return (this.lines.get(taskId) ?? []).map((line) => line.text);
  }
}
