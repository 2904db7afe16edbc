import { ORPCError } from '@orpc/client';
import type { Api } from '../../electron/contract/api';
import type { PickedFile } from '../../electron/contract/host';
import { outsideLink } from '../../electron/contract/outsideLink';

/** Whether a browser shows this page: it tells no paths, and sends a file's bytes instead. */
export const isInBrowser = () => window.location.protocol.startsWith('http');

/**
 * The api for a page in a browser: what a browser does itself never goes to the host, which may be another machine.
 * Everything else goes as it is.
 */
export function inBrowser(api: Api): Api {
  const host = {
    // The person sits at the browser: its language counts, not the machine's.
    about: async (...asked: Parameters<Api['host']['about']>) => ({
      ...(await api.host.about(...asked)),
      systemLocale: navigator.language,
    }),
    openLink: async ({ url }: { url: string }) => openLink(url),
    copyText: ({ text }: { text: string }) => navigator.clipboard.writeText(text),
    pickOpenFile: async ({ extensions }: { extensions?: string[] | undefined }) => ({
      picked: await pickAndSend(extensions ?? []),
    }),
  };
  // The api is made of proxies: overridden entries are looked up first, the rest as before.
  const overridden = new Proxy(api.host, {
    get: (target, name, receiver) =>
      name in host ? host[name as keyof typeof host] : Reflect.get(target, name, receiver),
  });
  return new Proxy(api, {
    get: (target, name, receiver) => (name === 'host' ? overridden : Reflect.get(target, name, receiver)),
  });
}

function openLink(url: string): void {
  let address: string;
  try {
    address = outsideLink(url);
  } catch {
    throw new ORPCError('LINK_REFUSED', { data: { url } });
  }
  window.open(address, '_blank', 'noopener,noreferrer');
}

/** Lets the person pick a file and sends it to the host; null where they changed their mind. */
async function pickAndSend(extensions: string[]): Promise<PickedFile | null> {
  const file = await pickFile(extensions);
  return file === null ? null : sendFile(file);
}

/**
 * Sends a file to the web host.
 * @throws STORAGE_FAILED where it is not taken
 */
export async function sendFile(file: File): Promise<PickedFile> {
  const answer = await fetch(`./uploads?${new URLSearchParams({ name: file.name })}`, {
    method: 'POST',
    headers: { 'x-wharf-upload': '1', 'content-type': 'application/octet-stream' },
    body: file,
  });
  if (!answer.ok) throw new ORPCError('STORAGE_FAILED', { data: { message: `HTTP ${answer.status}` } });
  return ((await answer.json()) as { picked: PickedFile }).picked;
}

function pickFile(extensions: string[]): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = extensions.map((extension) => `.${extension}`).join(',');
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null), { once: true });
    // Told by Chromium from 113 and Firefox from 91 on.
    input.addEventListener('cancel', () => resolve(null), { once: true });
    input.click();
  });
}
