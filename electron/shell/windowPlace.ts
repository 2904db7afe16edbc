import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, type Rectangle, screen } from 'electron';

/** Where a window lies and how. */
interface WindowPlace {
  bounds: Rectangle;
  isMaximized: boolean;
}

const usual = { width: 1280, height: 820 };

const placeFile = () => join(app.getPath('userData'), 'window.json');

/** The place that the last window had, if a screen still shows enough of it to drag; else the usual size, centred. */
export function lastPlace(): { bounds: Partial<Rectangle>; isMaximized: boolean } {
  const kept = readPlace();
  if (kept === null) return { bounds: usual, isMaximized: false };
  const { workArea } = screen.getDisplayMatching(kept.bounds);
  return { bounds: reachable(kept.bounds, workArea) ? kept.bounds : usual, isMaximized: kept.isMaximized };
}

/** Whether 100 px of the window's upper edge lie on the screen. */
function reachable(bounds: Rectangle, screenArea: Rectangle): boolean {
  const left = Math.max(bounds.x, screenArea.x);
  const right = Math.min(bounds.x + bounds.width, screenArea.x + screenArea.width);
  const isBelowTop = bounds.y >= screenArea.y - 8;
  return right - left >= 100 && isBelowTop && bounds.y <= screenArea.y + screenArea.height - 40;
}

function readPlace(): WindowPlace | null {
  try {
    const { bounds, isMaximized } = JSON.parse(readFileSync(placeFile(), 'utf8')) as WindowPlace;
    const numbers = [bounds.x, bounds.y, bounds.width, bounds.height];
    return numbers.every(Number.isInteger) ? { bounds, isMaximized: isMaximized === true } : null;
  } catch {
    // The first start, or a file that something else wrote.
    return null;
  }
}

/** Keeps the window's place when it closes. What cannot be written is only forgotten. */
export function keepPlace(window: BrowserWindow, warn: (message: string) => void): void {
  window.on('close', () => {
    const place: WindowPlace = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      writeFileSync(placeFile(), JSON.stringify(place), { mode: 0o600 });
    } catch (error) {
      warn(`the window's place could not be kept: ${(error as Error).message}`);
    }
  });
}
