/**
 * What counts as a secret among environment variables, labels and options: by name, since a value says nothing of itself
 * but where it is an address with a password. Pure: main hides by it before anything crosses.
 */

/** Stands where a secret was taken out. */
export const hiddenMark = '••••••';

const secretWords =
  /^(?:.*(?:key|keys|token|tokens|secret|secrets|password|passwd|passphrase|credential|credentials)|pass|pwd)$/;
const tokenWord = /^.*tokens?$/;

/** Words of a name: `openaiApiKey`, `OPENAI_API_KEY` and `openai.api-key` have the same. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/**
 * True where `value` should not be shown before a person asks for it.
 * Switches (`REQUIRE_API_KEY=true`) and counts of tokens (`MAX_TOKENS=512`) are none.
 * @example isSecret('OPENAI_API_KEY', 'sk-1') // true
 * @example isSecret('DATABASE_URL', 'postgres://me:pw@db/x') // true
 * @example isSecret('TOKENIZERS_PARALLELISM', 'false') // false
 */
export function isSecret(name: string, value: string): boolean {
  if (value === '' || /^(?:true|false)$/i.test(value)) return false;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i.test(value)) return true;
  const secret = wordsOf(name).filter((word) => secretWords.test(word));
  if (secret.length === 0) return false;
  return !(/^\d{1,9}$/.test(value) && secret.every((word) => tokenWord.test(word)));
}
