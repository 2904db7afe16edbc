import type { Page } from 'playwright';

/** The clock that every process of this machine shares, in ms. */
export const now = () => performance.timeOrigin + performance.now();

/**
 * Makes the page write down when more of the last answer was painted: the time of the frame and the length of its text.
 * Call it once, and `painted` after each answer.
 */
export function watchPaint(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: { atMs: number; text: string }[] = [];
    Object.assign(window, { painted: () => seen.splice(0) });
    // Inside of a frame what changes is painted by that frame, outside of one by the next.
    let isInFrame = false;
    const over = new MessageChannel();
    over.port1.onmessage = () => {
      isInFrame = false;
    };
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) =>
      request((time) => {
        isInFrame = true;
        over.port2.postMessage(null);
        callback(time);
      });
    let last = '';
    new MutationObserver(() => {
      const text = document.querySelector('article[aria-busy="true"] > :first-child')?.textContent ?? '';
      if (text === last || text === '') return;
      last = text;
      const afterPaint = () => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          seen.push({ atMs: performance.timeOrigin + performance.now(), text });
        };
        channel.port2.postMessage(null);
      };
      if (isInFrame) afterPaint();
      else request(afterPaint);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** What was painted since the last call, in order. */
export const painted = (page: Page) =>
  page.evaluate(() => (window as unknown as { painted: () => { atMs: number; text: string }[] }).painted());

/** When each `tN ` of the answer was painted, by N; ms of the shared clock. */
export async function paintedTokens(page: Page): Promise<number[]> {
  const times: number[] = [];
  for (const { atMs, text } of await painted(page)) {
    const count = text.match(/t\d+(\s|$)/g)?.length ?? 0;
    while (times.length < count) times.push(atMs);
  }
  return times;
}

/** Sends a message in the conversation that is open, once its container is healthy: Wharf sends nothing before. */
export async function ask(page: Page, question: string): Promise<void> {
  const field = page.locator('main textarea').last();
  await field.fill(question);
  await page.locator('main button[aria-label^="Send"]:enabled').waitFor({ timeout: 60_000 });
  await field.press('Enter');
}

/** Waits until an answer began and is over. */
export async function answerOver(page: Page): Promise<void> {
  await page.locator('article[aria-busy="true"]').waitFor();
  await page.waitForFunction(() => document.querySelector('article[aria-busy="true"]') === null, undefined, {
    timeout: 200_000,
  });
}
