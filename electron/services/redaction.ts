import { hiddenMark, isSecret } from '../contract/secrets';
import { hideSecrets, type Json } from '../docker/hideSecrets';

/** Shorter ones would take out letters of ordinary words. */
const shortestSecret = 4;

/** Forms that tell of themselves that they are secret, whatever name they stand under. */
const tellingForms = [
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/g,
  /\bsk-[\w-]{8,}/g,
  /\bgh[pousr]_\w{16,}/g,
  /\bhf_\w{16,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
];

/** Takes secrets out of what leaves Wharf: those it knows, wherever they stand, and what looks or is named like one. */
export class Redaction {
  private readonly known = new Set<string>();
  /** How many places were masked. */
  count = 0;

  /** From now on these texts are masked everywhere, also as they stand in addresses and in base64. */
  learn(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      if (secret.length < shortestSecret) continue;
      this.known.add(secret);
      this.known.add(encodeURIComponent(secret));
      this.known.add(Buffer.from(secret).toString('base64'));
    }
  }

  /** Learns the secrets among variables: by their names, and passwords in addresses. */
  learnVariables(variables: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value = ''] of Object.entries(variables)) {
      const account = /^[a-z][a-z0-9+.-]*:\/\/([^\s/@]*)@/i.exec(value)?.[1];
      if (account === undefined) {
        if (isSecret(name, value)) this.learn([value]);
        continue;
      }
      const password = account.slice(account.indexOf(':') + 1);
      this.learn([password, decoded(password)]);
    }
  }

  /** Learns what is secret in a JSON value, by the names in it. */
  learnJson(value: unknown): void {
    const json = value as Json;
    for (const path of hideSecrets(json).hidden) {
      const text = path.reduce<Json | undefined>((at, step) => (at as Record<string, Json> | null)?.[step], json);
      if (typeof text !== 'string') continue;
      const named = /^-{0,2}[A-Za-z_][\w.-]*=([\s\S]*)$/.exec(text)?.[1] ?? text;
      this.learnVariables({ secret: named });
    }
  }

  /** A text without secrets. */
  text(text: string): string {
    // The longest first: one may be part of another.
    const known = [...this.known].sort((left, right) => right.length - left.length);
    let masked = text;
    for (const secret of known) masked = this.replace(masked, secret);
    masked = this.replace(masked, /(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+(?=@)/gi);
    for (const form of tellingForms) masked = this.replace(masked, form);
    return masked;
  }

  /** A value as JSON without secrets. */
  json(value: unknown): string {
    const { shown, hidden } = hideSecrets(JSON.parse(JSON.stringify(value ?? null)) as Json);
    this.count += hidden.length;
    return `${this.text(JSON.stringify(shown, null, 2))}\n`;
  }

  private replace(text: string, what: string | RegExp): string {
    const parts = text.split(what);
    this.count += parts.length - 1;
    return parts.join(hiddenMark);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
