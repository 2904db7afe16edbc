#!/usr/bin/env node
// @ts-check
/** `npm run icons`: draws `renderer/public/icon.svg` in the sizes that packages carry, into `packaging/icons`. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { repository } from './lib/places.mjs';
import { ensureTestTool } from './lib/testTools.mjs';

const sizesPx = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

const { WHARF_TEST_CHROMIUM: program } = await ensureTestTool('chromium');
const svg = await readFile(join(repository, 'renderer', 'public', 'icon.svg'), 'utf8');
const folder = join(repository, 'packaging', 'icons');
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  ...(program === undefined ? { channel: 'chrome' } : { executablePath: `/usr/bin/${program}` }),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage();
  for (const size of sizesPx) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
    await writeFile(join(folder, `${size}x${size}.png`), await page.screenshot({ omitBackground: true }));
  }
  // Beside the clock and on the window.
  await copyFile(join(folder, '32x32.png'), join(repository, 'renderer', 'public', 'icon.png'));
} finally {
  await browser.close();
}
