import { protocol, type Session } from 'electron';
import { pageHeaders, readPageFile } from '../services/pageFiles';

/** The page's own scheme, instead of file://, so that it has an origin of its own and no access to the disk. */
export const pageScheme = 'wharf';
export const pageOrigin = `${pageScheme}://app`;

const headers = pageHeaders();

interface Answer {
  status: number;
  body: Buffer;
  headers: Record<string, string>;
}

/** What the page's scheme answers for `url`: a file of the page, or 404. */
async function answer(folder: string, url: string): Promise<Answer> {
  const { host, pathname } = new URL(url);
  const file = host === 'app' ? await readPageFile(folder, pathname) : null;
  if (file === null)
    return { status: 404, body: Buffer.alloc(0), headers: { ...headers, 'content-type': 'text/plain' } };
  return { status: 200, body: file.body, headers: { ...headers, 'content-type': file.mimeType } };
}

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the page's files in `folder` to `session`. `protocol.handle` came with Electron 25. */
export function servePage(session: Session, folder: string): void {
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(pageScheme, async (request) => {
      const { status, body, headers } = await answer(folder, request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  session.protocol.registerBufferProtocol(pageScheme, (request, respond) => {
    void answer(folder, request.url).then(({ status, body, headers }) =>
      respond({
        statusCode: status,
        data: body,
        headers,
        mimeType: headers['content-type']?.split(';')[0],
        charset: 'utf-8',
      }),
    );
  });
}
