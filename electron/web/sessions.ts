import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { JsonFile } from '../services/jsonFile';

/** A launch link is good for so long and for one browser. */
const launchLifeMs = 10 * 60_000;
/** A browser that stayed away for so long signs in again. */
const sessionLifeMs = 30 * 24 * 60 * 60_000;
/** Beyond these the oldest goes. */
const launchLimit = 20;
const sessionLimit = 50;

const stored = z.object({ sessions: z.array(z.object({ hash: z.string(), usedAtMs: z.number() })) });
type Stored = z.infer<typeof stored>;

/** 256 random bits in 43 characters. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret: whoever reads the file cannot sign in with it. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/**
 * Who may use the web host: one-time launch tokens, each exchanged for a session that its browser keeps as a cookie.
 * Sessions are kept as hashes in a private file, so that a restart of the host signs nobody out.
 */
export class Sessions {
  readonly #launches = new Map<string, number>();
  /** Hashes of the sessions' secrets with when they were used last, in epoch ms. */
  readonly #sessions: Map<string, number>;

  private constructor(
    private readonly file: JsonFile<Stored>,
    private readonly now: () => number,
  ) {
    this.#sessions = new Map(file.value.sessions.map(({ hash, usedAtMs }) => [hash, usedAtMs]));
  }

  /**
   * Reads the sessions of earlier starts; a file that is missing or cannot be read is none, and a new launch link is on
   * the terminal.
   * @param file absolute path of the private file
   */
  static async open(file: string, now: () => number = Date.now): Promise<Sessions> {
    return new Sessions(await JsonFile.open(file, (value) => stored.parse(value ?? { sessions: [] })), now);
  }

  /** A token for one launch link. */
  newLaunchToken(): string {
    const token = newSecret();
    this.#launches.set(hashOf(token), this.now() + launchLifeMs);
    const [oldest] = this.#launches.keys();
    if (this.#launches.size > launchLimit && oldest !== undefined) this.#launches.delete(oldest);
    return token;
  }

  /** Uses a launch token up. @returns the secret of a new session, or null for a token that is unknown, used or too old */
  async exchange(token: string): Promise<string | null> {
    const hash = hashOf(token);
    const endsAtMs = this.#launches.get(hash);
    if (endsAtMs === undefined) return null;
    this.#launches.delete(hash);
    if (endsAtMs < this.now()) return null;
    const secret = newSecret();
    this.#sessions.set(hashOf(secret), this.now());
    const [oldest] = [...this.#sessions].sort(([, a], [, b]) => a - b)[0] ?? [];
    if (this.#sessions.size > sessionLimit && oldest !== undefined) this.#sessions.delete(oldest);
    await this.#save();
    return secret;
  }

  /** True for the secret of a session that was used within thirty days. */
  isValid(secret: string | null): boolean {
    if (secret === null) return false;
    const hash = hashOf(secret);
    const usedAtMs = this.#sessions.get(hash);
    if (usedAtMs === undefined || usedAtMs + sessionLifeMs < this.now()) return false;
    this.#sessions.set(hash, this.now());
    return true;
  }

  /** Writes down who is signed in. */
  async close(): Promise<void> {
    await this.#save();
  }

  async #save(): Promise<void> {
    const sessions = [...this.#sessions].map(([hash, usedAtMs]) => ({ hash, usedAtMs }));
    await this.file.change(() => ({ sessions }));
  }
}
