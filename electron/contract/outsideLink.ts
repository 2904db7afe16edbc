import { Failure } from './failures';

/** Both sides have it (WHATWG URL); the contract is checked without the types of either. */
declare const URL: new (url: string) => { protocol: string; username: string; password: string; href: string };

/**
 * The address of a link that may be opened outside of Wharf, as browsers write it.
 * @throws LINK_REFUSED for any scheme but http and https, for addresses with credentials in them, and for what is no address
 */
export function outsideLink(url: string): string {
  let parsed: InstanceType<typeof URL>;
  try {
    parsed = new URL(url);
  } catch {
    throw new Failure('LINK_REFUSED', { url });
  }
  const isAllowed = /^https?:$/.test(parsed.protocol) && parsed.username + parsed.password === '';
  if (!isAllowed) throw new Failure('LINK_REFUSED', { url });
  return parsed.href;
}
