import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const decompress = promisify(brotliDecompress);

const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * What every file of the page is sent with, whoever hosts it.
 * @param sockets further addresses that the page may connect to, besides its own origin
 */
export function pageHeaders(sockets: string[] = []): Record<string, string> {
  return {
    // `unsafe-inline` is for styles only: the UI kit sets style attributes.
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self'",
      ["connect-src 'self'", ...sockets].join(' '),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    // In a browser a person may have said yes to whatever else was at this address once.
    'permissions-policy': ['camera', 'microphone', 'geolocation', 'display-capture', 'usb', 'serial', 'hid', 'midi']
      .map((feature) => `${feature}=()`)
      .join(', '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
}

export interface PageFile {
  body: Buffer;
  mimeType: string;
}

/** The settings that the first paint needs, and what each may be: anything else is not written into the page. */
const firstPaint: Record<string, unknown[]> = { language: ['ko', 'en'], theme: ['light', 'dark'] };

/** The page with the language and the theme that are set as `data-` attributes of its root; the system's go unsaid. */
function withFirstPaint(html: Buffer, settings: Buffer | null): Buffer {
  let values: Record<string, unknown> = {};
  try {
    values = { ...JSON.parse(settings?.toString() ?? '{}') };
  } catch {
    // A broken file gives the defaults, as it does when the settings are opened.
  }
  const attributes = Object.entries(firstPaint)
    .filter(([name, allowed]) => allowed.includes(values[name]))
    .map(([name]) => ` data-${name}="${String(values[name])}"`)
    .join('');
  return Buffer.from(html.toString().replace('<html', `<html${attributes}`));
}

/**
 * The bytes of one of the page's files. What its first view does not need lies compressed beside where it would be
 * (`scripts/lib/compressLater.mjs`).
 */
async function readPlainOrCompressed(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    return decompress(await readFile(`${path}.br`));
  }
}

/**
 * The file of the page at an address's path, or null for anything outside `folder` and for what is no file of a page.
 * @param folder absolute path of the built page
 * @param pathname as in a URL, percent-encoded; `/` is the page itself
 * @param settingsFile absolute path of the settings, for the first paint in the person's language and theme
 */
export async function readPageFile(folder: string, pathname: string, settingsFile: string): Promise<PageFile | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const path = normalize(join(folder, decoded === '/' ? 'index.html' : decoded));
  const mimeType = mimeTypes[extname(path)];
  if (!path.startsWith(folder + sep) || mimeType === undefined || path.includes('\0')) return null;
  try {
    if (extname(path) !== '.html') return { body: await readPlainOrCompressed(path), mimeType };
    const [html, settings] = await Promise.all([readFile(path), readFile(settingsFile).catch(() => null)]);
    return { body: withFirstPaint(html, settings), mimeType };
  } catch {
    return null;
  }
}
