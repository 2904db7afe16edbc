import type { Api } from '../../electron/contract/api';
import { type Dropped, isArchiveName, isGguf } from '../../electron/contract/drops';
import { sendFile } from './inBrowser';

/** Whether a browser shows this page: it tells no paths, and sends a file's bytes instead. */
export const isInBrowser = () => window.location.protocol.startsWith('http');

/**
 * What a drop onto the page opens; null where nothing was dropped that has a name. To be called while the event is handled.
 * @throws STORAGE_FAILED where the web host does not take a file, FILE_NOT_PICKED where main does not know the drop
 */
export function takeDrop(api: Api, transfer: DataTransfer): Promise<Dropped | null> {
  return isInBrowser() ? sendDropped(transfer) : askForDrop(api);
}

/** The preload has the files: it gives main their paths and the page an id. */
async function askForDrop(api: Api): Promise<Dropped | null> {
  const dropId = await new Promise<string | null>((resolve) => {
    const listen = (event: MessageEvent) => {
      if (event.source !== window || event.data?.type !== 'wharf:dropped') return;
      window.removeEventListener('message', listen);
      resolve(event.data.dropId);
    };
    window.addEventListener('message', listen);
    window.postMessage({ type: 'wharf:drop' }, window.location.origin);
  });
  return dropId === null ? null : api.drops.take({ dropId });
}

async function sendDropped(transfer: DataTransfer): Promise<Dropped | null> {
  const [file, ...others] = transfer.files;
  if (file === undefined) return null;
  const refused = (reason: Extract<Dropped, { kind: 'refused' }>['reason']): Dropped => ({
    kind: 'refused',
    reason,
    name: file.name,
  });
  // Asked for before anything is awaited: the browser empties the list once the event is over.
  const isFolder = transfer.items[0]?.webkitGetAsEntry?.()?.isDirectory === true;
  if (others.length > 0) return refused('several');
  if (isFolder) return refused('folderInBrowser');
  if (/^Dockerfile(\..+)?$|\.Dockerfile$/.test(file.name)) return refused('folderInBrowser');
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (isGguf(head)) return { kind: 'gguf', picked: await sendFile(file) };
  if (/\.gguf$/i.test(file.name)) return refused('notGguf');
  if (isArchiveName(file.name)) return { kind: 'archive', picked: await sendFile(file) };
  return refused('unknown');
}
