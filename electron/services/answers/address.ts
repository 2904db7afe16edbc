import { BlockList, isIP } from 'node:net';
import { Failure } from '../../contract/failures';
import type { EndpointKind } from '../../contract/targets';

/** Names under which clouds serve the secrets of a machine; their addresses are link-local or as good as. */
const metadataNames = new Set(['metadata', 'metadata.google.internal', 'instance-data']);
const metadataAddresses = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16']);

/**
 * Whether an IP address is link-local (RFC 3927: 169.254/16; RFC 4291: fe80::/10), written in any way, or one under which
 * a cloud serves metadata.
 */
export function isLinkLocal(address: string): boolean {
  const bare = address.toLowerCase().replace(/%.*$/, '');
  const mapped = /^(?:::ffff:)(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):[0-9a-f]{1,4})$/.exec(bare);
  if (mapped?.[2] !== undefined) return Number.parseInt(mapped[2], 16) === 0xa9fe;
  const plain = mapped?.[1] ?? bare;
  if (metadataAddresses.has(plain)) return true;
  return isIP(plain) === 4 ? plain.startsWith('169.254.') : /^fe[89ab][0-9a-f]:/.test(plain);
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
// Connecting to "any" reaches this machine too.
loopback.addAddress('0.0.0.0');
loopback.addAddress('::', 'ipv6');

/** Whether a host as a URL has it means the machine that asks: a loopback address, written in any way, or its name. */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(host);
  if (family === 0) return /^(.+\.)?localhost$/.test(host);
  return loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * A base address as a person writes it, in the form that is stored: http or https, without slash, `/v1` or `/api` at its end.
 * @throws Failure ENDPOINT_REFUSED
 */
export function baseUrlOf(text: string, kind: EndpointKind, allowLinkLocal: boolean): string {
  const refuse = (reason: 'notAnAddress' | 'scheme' | 'credentials' | 'query' | 'linkLocal') =>
    new Failure('ENDPOINT_REFUSED', { reason });
  const written = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw refuse('notAnAddress');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse('scheme');
  if (url.hostname === '' || /\s/.test(written)) throw refuse('notAnAddress');
  if (url.username !== '' || url.password !== '') throw refuse('credentials');
  if (url.search !== '' || url.hash !== '') throw refuse('query');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (!allowLinkLocal && (isLinkLocal(host) || metadataNames.has(host))) throw refuse('linkLocal');
  const path = url.pathname.replace(/\/+$/, '').replace(kind === 'ollama' ? /\/api$/ : /\/v1$/, '');
  return `${url.protocol}//${url.host}${path.replace(/\/+$/, '')}`;
}

/**
 * Where Ollama listens by its own environment variable (`OLLAMA_HOST`, envconfig.Host of its source): a host, a host with
 * a port, or an address; `0.0.0.0` means this machine. 127.0.0.1:11434 where it is not set or cannot be understood.
 */
export function ollamaAddress(variable: string | undefined): string {
  const usual = 'http://127.0.0.1:11434';
  const text = (variable ?? '').trim().replace(/^["']|["']$/g, '');
  if (text === '') return usual;
  const [, scheme = 'http', rest = ''] = /^(?:(https?):\/\/)?([^/]*)/i.exec(text) ?? [];
  try {
    const url = new URL(`${scheme.toLowerCase()}://${rest}`);
    const hasPort = /:\d+$/.test(rest);
    const port = hasPort ? url.port : scheme === 'http' && !text.includes('://') ? '11434' : url.port;
    const host =
      url.hostname === '0.0.0.0' || url.hostname === '[::]' || url.hostname === '' ? '127.0.0.1' : url.hostname;
    return `${url.protocol}//${host}${port === '' ? '' : `:${port}`}`;
  } catch {
    return usual;
  }
}
