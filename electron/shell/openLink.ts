import { shell } from 'electron';
import { Failure } from '../contract/failures';

/**
 * The only way out of the page: opens an http or https address in the person's browser.
 * @throws LINK_REFUSED for any other scheme, for addresses with credentials in them, and for what is no address
 */
export async function openLink(url: string): Promise<void> {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Failure('LINK_REFUSED', { url });
  }
  const allowed = parsed.protocol === 'http:' || parsed.protocol === 'https:';
  if (!allowed || parsed.username !== '' || parsed.password !== '') throw new Failure('LINK_REFUSED', { url });
  await shell.openExternal(parsed.href);
}
