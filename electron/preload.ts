import { ipcRenderer, webUtils } from 'electron';

// The only code that sees both worlds. The page asks for its port, main checks who asks, the port is handed through.
window.addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== window.location.origin) return;
  if (event.data?.type === 'wharf:connect') ipcRenderer.send('wharf:connect');
  if (event.data?.type === 'wharf:drop') void handOverDrop();
});

ipcRenderer.on('wharf:port', (event) => {
  window.postMessage({ type: 'wharf:port' }, window.location.origin, event.ports as unknown as Transferable[]);
});

let dropped: File[] = [];

// Only what a person dropped: an event that the page made up is not trusted.
window.addEventListener(
  'drop',
  (event) => {
    dropped = event.isTrusted ? [...(event.dataTransfer?.files ?? [])] : [];
  },
  true,
);

/** Gives the paths of the last drop to main, and the page only the id that main knows them by. */
async function handOverDrop(): Promise<void> {
  const paths = dropped.map(pathOf);
  dropped = [];
  const dropId: unknown = paths.length === 0 ? null : await ipcRenderer.invoke('wharf:drop', paths);
  window.postMessage({ type: 'wharf:dropped', dropId }, window.location.origin);
}

/** The file's path. `webUtils` came with Electron 29, and `path` went with Electron 32. */
function pathOf(file: File): string {
  return typeof webUtils?.getPathForFile === 'function'
    ? webUtils.getPathForFile(file)
    : (file as File & { path: string }).path;
}
