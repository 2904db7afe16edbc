import { parseReference } from '../../../electron/contract/imageNames';

/** A container name for `image` that nobody has: its repository's last word, numbered if need be. */
export function freeName(image: string, taken: ReadonlySet<string>): string {
  const word = parseReference(image).path.split('/').at(-1) ?? '';
  const plain = word.replace(/[^a-zA-Z0-9_.-]/g, '').replace(/^[^a-zA-Z0-9]+/, '');
  const base = plain.length > 1 ? plain : 'container';
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  return name;
}
