import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';

/** The page's own scheme, instead of file://, so that it has an origin of its own and no access to the disk. */
export const pageScheme = 'wharf';
export const pageOrigin = `${pageScheme}://app`;

const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Sent with every file of the page. `unsafe-inline` is for styles only: the UI kit sets style attributes. */
const headers: Record<string, string> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

interface PageFile {
  status: number;
  body: Buffer;
  headers: Record<string, string>;
}

/**
 * The file of the page that `url` names, or 404 for anything outside `folder`.
 * @param folder absolute path of the built page
 */
async function pageFile(folder: string, url: string): Promise<PageFile> {
  const notFound = { status: 404, body: Buffer.alloc(0), headers: { ...headers, 'content-type': 'text/plain' } };
  let pathname: string;
  try {
    const parsed = new URL(url);
    if (parsed.host !== 'app') return notFound;
    pathname = decodeURIComponent(parsed.pathname);
  } catch {
    return notFound;
  }
  const path = normalize(join(folder, pathname === '/' ? 'index.html' : pathname));
  const mimeType = mimeTypes[extname(path)];
  if (!path.startsWith(folder + sep) || mimeType === undefined || path.includes('\0')) return notFound;
  try {
    return { status: 200, body: await readFile(path), headers: { ...headers, 'content-type': mimeType } };
  } catch {
    return notFound;
  }
}

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the page's files to `session`. `protocol.handle` came with Electron 25. */
export function servePage(session: Session, folder: string): void {
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(pageScheme, async (request) => {
      const file = await pageFile(folder, request.url);
      return new Response(new Uint8Array(file.body), { status: file.status, headers: file.headers });
    });
    return;
  }
  session.protocol.registerBufferProtocol(pageScheme, (request, respond) => {
    void pageFile(folder, request.url).then((file) =>
      respond({
        statusCode: file.status,
        data: file.body,
        headers: file.headers,
        mimeType: file.headers['content-type']?.split(';')[0],
        charset: 'utf-8',
      }),
    );
  });
}
