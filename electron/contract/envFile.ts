import { environmentName } from './runRequest';

/** What a line of a `.env` file came to nothing for. */
export interface EnvFileProblem {
  /** 1-based. */
  line: number;
  text: string;
  /** `noValue`: a name alone, which `docker` takes from its own environment; `badName`: no name of a variable. */
  reason: 'noValue' | 'badName';
}

/** What a `.env` file says. */
export interface EnvFile {
  variables: { name: string; value: string }[];
  problems: EnvFileProblem[];
}

/**
 * Reads a file as `docker run --env-file` does (docker/cli, opts/file.go; docs.docker.com, "docker container run", --env-file):
 * one `NAME=value` a line; the value is everything behind the first `=`, as it stands, quotes and spaces included; nothing is expanded;
 * lines that begin with `#`, and empty ones, are skipped; a byte order mark is no part of the first name. Of a name that is
 * there twice the last value holds, in the first one's place.
 */
export function parseEnvFile(text: string): EnvFile {
  const variables = new Map<string, string>();
  const problems: EnvFileProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.replace(/^\s+/, '');
    if (line === '' || line.startsWith('#')) continue;
    const cut = line.indexOf('=');
    const name = cut < 0 ? line.trimEnd() : line.slice(0, cut);
    if (!environmentName.safeParse(name).success) problems.push({ line: index + 1, text: line, reason: 'badName' });
    else if (cut < 0) problems.push({ line: index + 1, text: line, reason: 'noValue' });
    else variables.set(name, line.slice(cut + 1));
  }
  return { variables: [...variables].map(([name, value]) => ({ name, value })), problems };
}

/** The same variables as a `.env` file; line breaks cannot stand in one and become spaces. */
export function writeEnvFile(variables: readonly { name: string; value: string }[]): string {
  return variables.map(({ name, value }) => `${name}=${value.replace(/\r?\n/g, ' ')}`).join('\n');
}

/** The value without the pair of quotes around it, or null where it has none: other tools take them off, `docker` does not. */
export function withoutQuotes(value: string): string | null {
  return /^(["'])(.*)\1$/s.exec(value)?.[2] ?? null;
}
