import { appendFile, mkdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../contract/failures';
import type { EngineTarget, EngineTrust } from '../docker/endpoints';
import { fingerprintOf, knownHostsLine } from '../docker/knownHosts';
import { JsonFile } from './jsonFile';

const remembered = z.object({
  /** The place that was chosen, whole, since a context may be removed; and DOCKER_HOST as it stood then. */
  chosen: z
    .object({
      id: z.string(),
      dockerHost: z.string(),
      target: z.object({
        source: z.enum(['environment', 'context', 'socket']),
        label: z.string(),
        address: z.string(),
      }),
    })
    .nullable()
    .default(null)
    .catch(null),
  /** Addresses that are spoken to without encryption. */
  plain: z.array(z.string()).default([]).catch([]),
});
type Remembered = z.infer<typeof remembered>;

/** What a person decided about engines: which one to drive, which SSH hosts to trust, where no encryption is needed. */
export class EngineMemory implements EngineTrust {
  readonly sshFolder = join(homedir(), '.ssh');
  readonly agentSocket = process.env.SSH_AUTH_SOCK;
  readonly userName = userNameHere();
  readonly knownHostsFiles: string[];
  private readonly shownKeys = new Map<string, { host: string; port: number; key: Buffer }>();

  private constructor(
    private readonly file: JsonFile<Remembered>,
    private readonly ownKnownHosts: string,
    private readonly dockerHost: string,
  ) {
    this.knownHostsFiles = [join(this.sshFolder, 'known_hosts'), '/etc/ssh/ssh_known_hosts', ownKnownHosts];
  }

  /** Reads what is remembered in `folder`. @param dockerHost DOCKER_HOST of this run, empty where it is not set */
  static async open(folder: string, dockerHost: string): Promise<EngineMemory> {
    const file = await JsonFile.open(join(folder, 'engines.json'), (value) => remembered.parse(value ?? {}));
    return new EngineMemory(file, join(folder, 'known_hosts'), dockerHost);
  }

  /** The engine that was chosen; null where none was, or DOCKER_HOST names another one since. */
  get chosen(): { id: string; target: EngineTarget } | null {
    const { chosen } = this.file.value;
    return chosen !== null && chosen.dockerHost === this.dockerHost ? chosen : null;
  }

  /** @throws STORAGE_FAILED */
  async choose(chosen: { id: string; target: EngineTarget } | null): Promise<void> {
    const { dockerHost } = this;
    await this.file.change((value) => ({
      ...value,
      chosen: chosen && remembered.parse({ chosen: { ...chosen, dockerHost } }).chosen,
    }));
  }

  /** See `EngineTrust`. */
  isPlainAllowed(address: string): boolean {
    return this.file.value.plain.includes(address);
  }

  /** @throws STORAGE_FAILED */
  async allowPlain(address: string): Promise<void> {
    await this.file.change((value) => ({ ...value, plain: [...new Set([...value.plain, address])] }));
  }

  /** See `EngineTrust`. */
  sawHostKey(address: string, host: string, port: number, key: Buffer): void {
    this.shownKeys.set(address, { host, port, key });
  }

  /**
   * Trusts the key that the host at `address` showed last, if it is the one with this fingerprint: what a person compared.
   * @returns whether it was
   * @throws STORAGE_FAILED
   */
  async trustHost(address: string, fingerprint: string): Promise<boolean> {
    const shown = this.shownKeys.get(address);
    if (shown === undefined || fingerprintOf(shown.key) !== fingerprint) return false;
    try {
      await mkdir(dirname(this.ownKnownHosts), { recursive: true, mode: 0o700 });
      await appendFile(this.ownKnownHosts, knownHostsLine(shown.host, shown.port, shown.key), { mode: 0o600 });
    } catch (error) {
      throw new Failure('STORAGE_FAILED', { message: (error as Error).message }, { cause: error });
    }
    this.shownKeys.delete(address);
    return true;
  }
}

/** Whoever runs Wharf; a user without an entry in the system's list has no name. */
function userNameHere(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
