import { ipcMain, MessageChannelMain, type MessagePortMain, type WebContents } from 'electron';
import type { AppLog } from '../rpc/appLog';
import type { PortServer } from '../rpc/portServer';
import { isTrustedSender } from './guards';

/**
 * Hands every page that asks one port to the api, after checking who asks. A page that asks again loses its old port; one
 * that asks before the server stands gets it then.
 * @returns resolves when the first page has asked
 */
export function handOutPorts(server: Promise<PortServer>, log: AppLog): Promise<void> {
  let firstAsked: () => void;
  const asked = new Promise<void>((resolve) => {
    firstAsked = resolve;
  });
  const ports = new WeakMap<WebContents, MessagePortMain>();
  ipcMain.on('wharf:connect', (event) => {
    if (!isTrustedSender(event.sender, event.senderFrame)) {
      log.warn('refused a port to a sender that is not our page');
      return;
    }
    firstAsked();
    ports.get(event.sender)?.close();
    const { port1, port2 } = new MessageChannelMain();
    ports.set(event.sender, port2);
    const frame = event.senderFrame;
    void server.then((standing) => {
      standing.serve(port2);
      frame?.postMessage('wharf:port', null, [port1]);
    });
  });
  return asked;
}
