/** Somebody in line for a target. */
interface Waiting {
  begin(): void;
  onPosition(position: number): void;
}

interface Line {
  running: number;
  waiting: Waiting[];
}

/** Lines of answers, one for each target: at most so many are asked at a time, first come first served. */
export class AnswerQueue {
  private readonly lines = new Map<string, Line>();

  /** Answers that run or wait; tests count them. */
  get size(): number {
    let size = 0;
    for (const line of this.lines.values()) size += line.running + line.waiting.length;
    return size;
  }

  /**
   * Waits for a turn.
   * @param target whose line
   * @param limit how many may run at a time there
   * @param signal leaves the line
   * @param onPosition told the place in line whenever it changes, 1 is next; never told where nobody has to wait
   * @returns what gives the turn back, to be called once; null where `signal` aborted first
   */
  async enter(
    target: string,
    limit: number,
    signal: AbortSignal,
    onPosition: (position: number) => void,
  ): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    const line = this.lines.get(target) ?? { running: 0, waiting: [] };
    this.lines.set(target, line);
    if (line.running < limit && line.waiting.length === 0) {
      line.running += 1;
    } else {
      const began = await new Promise<boolean>((resolve) => {
        const waiting: Waiting = { begin: () => resolve(true), onPosition };
        line.waiting.push(waiting);
        onPosition(line.waiting.length);
        signal.addEventListener(
          'abort',
          () => {
            const at = line.waiting.indexOf(waiting);
            if (at < 0) return;
            line.waiting.splice(at, 1);
            tellPositions(line, at);
            resolve(false);
          },
          { once: true },
        );
      });
      if (!began) return null;
    }
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      line.running -= 1;
      while (line.running < limit) {
        const next = line.waiting.shift();
        if (!next) break;
        line.running += 1;
        next.begin();
      }
      tellPositions(line, 0);
      if (line.running === 0) this.lines.delete(target);
    };
  }
}

function tellPositions(line: Line, from: number): void {
  for (let at = from; at < line.waiting.length; at += 1) line.waiting[at]?.onPosition(at + 1);
}
