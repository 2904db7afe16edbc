import { type RunRequest, runRequest } from '../../../electron/contract/runRequest';
import type { Pair } from '../../ui/PairRows';

/** What stands in the form, as typed. Numbers are text until they are asked for. */
export interface RunFormValues {
  image: string;
  name: string;
  hostPort: string;
  containerPort: string;
  memoryMib: string;
  environment: Pair[];
}

export type RunField = 'image' | 'name' | 'hostPort' | 'containerPort' | 'memoryMib' | 'environment';

export const runFormDefaults: RunFormValues = {
  image: '',
  name: '',
  hostPort: '',
  containerPort: '8000',
  memoryMib: '512',
  environment: [],
};

const toNumber = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

/** The request that the form amounts to, as far as it goes: a preview may be incomplete. */
export function draftOf(values: RunFormValues): RunRequest {
  const checked = requestOf({ ...values, image: values.image.trim() || 'IMAGE', name: values.name.trim() || 'NAME' });
  return 'request' in checked ? checked.request : runRequest.parse({ image: 'IMAGE', name: 'NAME' });
}

/** The request as the contract takes it, or which fields it does not take. */
export function requestOf(values: RunFormValues): { request: RunRequest } | { wrong: RunField[] } {
  const parsed = runRequest.safeParse({
    image: values.image.trim(),
    name: values.name.trim(),
    ports: [
      {
        hostPort: values.hostPort.trim() === '' ? null : toNumber(values.hostPort),
        containerPort: toNumber(values.containerPort),
      },
    ],
    memoryBytes: toNumber(values.memoryMib) * 1024 * 1024,
    environment: values.environment.filter(({ name, value }) => name !== '' || value !== ''),
  });
  const names = values.environment.map(({ name }) => name).filter((name) => name !== '');
  const twice = new Set(names).size < names.length;
  if (parsed.success && !twice) return { request: parsed.data };
  const wrong = new Set<RunField>(twice ? ['environment'] : []);
  for (const { path } of parsed.error?.issues ?? []) {
    const field = path[0] === 'ports' ? path[2] : path[0] === 'memoryBytes' ? 'memoryMib' : path[0];
    wrong.add(field as RunField);
  }
  return { wrong: [...wrong] };
}

/** A container name for `image` that nobody has: its repository's last word, numbered if need be. */
export function freeName(image: string, taken: ReadonlySet<string>): string {
  const repository =
    image
      .split('@')[0]
      ?.replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1) ?? '';
  const base = repository.replace(/[^a-zA-Z0-9_.-]/g, '').replace(/^[^a-zA-Z0-9]+/, '') || 'container';
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  return name;
}
