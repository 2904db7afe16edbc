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
async function answer(folder: string, settingsFile: string, url: string): Promise<Answer> {
  const { host, pathname } = new URL(url);
  const file = host === 'app' ? await readPageFile(folder, pathname, settingsFile) : null;
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

/**
 * Serves the page's files in `folder` to `session`; the page itself with what `settingsFile` says for its first paint.
 * `protocol.handle` came with Electron 25.
 * @returns resolves when the page has the scripts that it starts with
 */
export function servePage(session: Session, folder: string, settingsFile: string): Promise<void> {
  let underWay = 0;
  let hasScripts = false;
  let fetched: () => void;
  const isFetched = new Promise<void>((resolve) => {
    fetched = resolve;
  });
  const serve = async (url: string): Promise<Answer> => {
    underWay += 1;
    const answered = await answer(folder, settingsFile, url);
    underWay -= 1;
    hasScripts ||= url.endsWith('.js');
    // Once the answer is on its way, not before.
    if (underWay === 0 && hasScripts) setImmediate(fetched);
    return answered;
  };
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(pageScheme, async (request) => {
      const { status, body, headers } = await serve(request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return isFetched;
  }
  session.protocol.registerBufferProtocol(pageScheme, (request, respond) => {
    void serve(request.url).then(({ status, body, headers }) =>
      respond({
        statusCode: status,
        data: body,
        headers,
        mimeType: headers['content-type']?.split(';')[0],
        charset: 'utf-8',
      }),
    );
  });
  return isFetched;
}
