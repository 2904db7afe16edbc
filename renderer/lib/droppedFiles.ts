import type { Api } from '../../electron/contract/api';
import { type Dropped, type DropRefusal, headBytes, kindOfFile } from '../../electron/contract/drops';
import { isInBrowser, sendFile } from './inBrowser';

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
  const refused = (reason: DropRefusal): Dropped => ({ kind: 'refused', reason, name: file.name });
  // Asked for before anything is awaited: the browser empties the list once the event is over.
  const isFolder = transfer.items[0]?.webkitGetAsEntry?.()?.isDirectory === true;
  if (others.length > 0) return refused('several');
  if (isFolder) return refused('folderInBrowser');
  const kind = kindOfFile(file.name, new Uint8Array(await file.slice(0, headBytes).arrayBuffer()));
  if (kind === 'gguf' || kind === 'archive') return { kind, picked: await sendFile(file) };
  return refused(kind === 'dockerfile' ? 'folderInBrowser' : kind);
}
