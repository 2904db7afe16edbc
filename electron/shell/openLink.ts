import { shell } from 'electron';
import { outsideLink } from '../contract/outsideLink';

/**
 * The only way out of the page: opens an http or https address in the person's browser.
 * @throws LINK_REFUSED, see `outsideLink`
 */
export async function openLink(url: string): Promise<void> {
  await shell.openExternal(outsideLink(url));
}
