import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';

/** A launch link is good for so long and for one browser. */
const launchLifeMs = 10 * 60_000;
/** A browser that stayed away for so long signs in again. */
const sessionLifeMs = 30 * 24 * 60 * 60_000;
/** Beyond these the oldest goes. */
const launchLimit = 20;
const sessionLimit = 50;

const stored = z.object({ sessions: z.array(z.object({ hash: z.string(), usedAtMs: z.number() })) });

/** 256 random bits in 43 characters. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret: whoever reads the file cannot sign in with it. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Who may use the web host: one-time launch tokens, each exchanged for a session that its browser keeps as a cookie.
 * Sessions are kept as hashes in a private file, so that a restart of the host signs nobody out.
 */
export class Sessions {
  readonly #launches = new Map<string, number>();
  readonly #sessions: Map<string, number>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    sessions: Map<string, number>,
    private readonly now: () => number,
  ) {
    this.#sessions = sessions;
  }

  /**
   * Reads the sessions of earlier starts; a file that is missing or cannot be read is none.
   * @param file absolute path of the private file
   */
  static async open(file: string, now: () => number = Date.now): Promise<Sessions> {
    const text = await readFile(file, 'utf8').catch(() => '');
    const sessions = new Map<string, number>();
    try {
      for (const { hash, usedAtMs } of stored.parse(JSON.parse(text)).sessions) sessions.set(hash, usedAtMs);
    } catch {
      // Nobody is signed in then; a new launch link is on the terminal.
    }
    return new Sessions(file, sessions, now);
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
    const asked = hashOf(secret);
    for (const [hash, usedAtMs] of this.#sessions) {
      if (!sameHash(hash, asked)) continue;
      if (usedAtMs + sessionLifeMs < this.now()) return false;
      this.#sessions.set(hash, this.now());
      return true;
    }
    return false;
  }

  /** Writes down who is signed in. */
  close(): Promise<void> {
    return this.#save();
  }

  #save(): Promise<void> {
    const sessions = [...this.#sessions].map(([hash, usedAtMs]) => ({ hash, usedAtMs }));
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
        const part = `${this.file}.part`;
        await writeFile(part, JSON.stringify({ sessions }), { mode: 0o600 });
        await chmod(part, 0o600);
        await rename(part, this.file);
      });
    return this.#writing;
  }
}
