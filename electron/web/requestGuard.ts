import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not answered; the status is HTTP's. */
export interface Refusal {
  status: 401 | 403 | 421;
  reason: 'host' | 'origin' | 'site' | 'session';
}

interface Rules {
  /** `host:port` under which the host may be addressed. Any other name is a page that rebound its own name to us. */
  hosts: ReadonlySet<string>;
  scheme: 'http' | 'https';
}

/**
 * Whether a request comes from our own page or from the person's own typing. Cookies know no ports, and a page of another
 * port of this machine counts as the same site, so the origin is what decides.
 * @param isUpgrade browsers always name the origin of a web socket, so one without is refused
 * @returns null when it may pass
 */
export function checkSender(
  headers: IncomingHttpHeaders,
  { hosts, scheme }: Rules,
  isUpgrade: boolean,
): Refusal | null {
  const host = headers.host?.toLowerCase();
  if (host === undefined || !hosts.has(host)) return { status: 421, reason: 'host' };
  const { origin } = headers;
  if (origin !== undefined && origin !== `${scheme}://${host}`) return { status: 403, reason: 'origin' };
  if (origin === undefined && isUpgrade) return { status: 403, reason: 'origin' };
  // Told by every current browser (W3C Fetch Metadata); `none` is a typed address or a bookmark.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return { status: 403, reason: 'site' };
  return null;
}

/** The value of cookie `name`, or null. A name that is given twice is refused: somebody else set one of them. */
export function cookieValue(header: string | undefined, name: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? (values[0] ?? null) : null;
}
