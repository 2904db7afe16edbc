import type { Session, WebContents, WebFrameMain } from 'electron';
import { pageOrigin, pageScheme } from './page';

/** Everything a page might ask of Chromium that Wharf never needs is refused. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((request, answer) => {
    const { protocol } = new URL(request.url);
    answer({ cancel: protocol !== `${pageScheme}:` && protocol !== 'devtools:' && protocol !== 'data:' });
  });
}

/** No page but ours is ever shown: no navigation away, no new windows, no embedded ones. */
export function guardContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (!isPageUrl(url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on(
    'will-frame-navigate' as never,
    ((event: Electron.Event<{ url: string; isMainFrame: boolean }>) => {
      if (!event.isMainFrame || !isPageUrl(event.url)) event.preventDefault();
    }) as never,
  );
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** True for addresses of our own page. */
function isPageUrl(url: string): boolean {
  return url === pageOrigin || url.startsWith(`${pageOrigin}/`);
}

/** True when a message came from the top frame of `contents` while it shows our page. */
export function isTrustedSender(contents: WebContents, frame: WebFrameMain | null): boolean {
  return frame !== null && frame === contents.mainFrame && isPageUrl(frame.url);
}
