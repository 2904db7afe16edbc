import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** How the web host was asked to run. */
export interface ServeOptions {
  address: string;
  port: number;
  names: string[];
  tlsFiles: { certificate: string; key: string } | null;
  dataFolder: string;
}

/** Where it listens unless told otherwise; the SSH line names it on both ends. */
const defaultPort = 8642;

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Why it does not start, in both languages. */
export class ServeRefusal extends Error {
  constructor(
    readonly en: string,
    readonly ko: string,
  ) {
    super(en);
  }
}

/**
 * Reads the command line of `wharf serve`.
 * @param args without the program's own name
 * @throws ServeRefusal for an option it does not know, and for an address beyond loopback without TLS and the flag
 */
export function readServeOptions(args: string[], env: NodeJS.ProcessEnv = process.env): ServeOptions {
  let values: Partial<Record<string, string | boolean | string[]>>;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: String(defaultPort) },
        name: { type: 'string', multiple: true, default: [] },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'beyond-this-machine': { type: 'boolean', default: false },
        'data-folder': { type: 'string', default: join(dataHome(env), 'wharf-web') },
      },
    }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServeRefusal(`${reason}\n${usage}`, `${reason}\n${usage}`);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ServeRefusal(
      `${String(values.port)} is no port. Give a number from 1 to 65535, or 0 for any free one.`,
      `${String(values.port)}은(는) 포트가 아닙니다. 1에서 65535 사이의 숫자나, 빈 포트를 쓰려면 0을 지정하세요.`,
    );
  }
  const address = values.host === 'localhost' ? '127.0.0.1' : String(values.host);
  const [certificate, key] = [values['tls-cert'], values['tls-key']];
  const tlsFiles = typeof certificate === 'string' && typeof key === 'string' ? { certificate, key } : null;
  if (!loopback.has(address) && (tlsFiles === null || values['beyond-this-machine'] !== true)) {
    throw new ServeRefusal(
      `Wharf is as powerful as root on this machine, so it listens on ${address} only with TLS (--tls-cert, --tls-key) and --beyond-this-machine. For one person an SSH tunnel is simpler: leave --host out.`,
      `Wharf는 이 컴퓨터의 root만큼 강력하므로, ${address}에서는 TLS(--tls-cert, --tls-key)와 --beyond-this-machine을 함께 지정해야만 접속을 받습니다. 혼자 쓴다면 --host 없이 SSH 터널을 쓰는 편이 간단합니다.`,
    );
  }
  return { address, port, names: values.name as string[], tlsFiles, dataFolder: String(values['data-folder']) };
}

const usage = `Usage: wharf serve [--port ${defaultPort}] [--data-folder FOLDER]
  [--host ADDRESS --tls-cert FILE --tls-key FILE --beyond-this-machine [--name HOST_NAME ...]]`;

/** As the XDG Base Directory Specification has it. */
function dataHome(env: NodeJS.ProcessEnv): string {
  return env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
}
