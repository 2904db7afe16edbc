import type { BuildRequest } from '../../../electron/contract/builds';
import { imageTag } from '../../../electron/contract/images';
import { environmentName } from '../../../electron/contract/runRequest';
import type { Pair } from '../../ui/PairRows';

/** What stands in the build form, as typed. */
export interface BuildFormValues {
  source: 'bundled' | 'folder';
  path: string;
  tag: string;
  noCache: boolean;
  buildArguments: Pair[];
}

export type BuildField = 'path' | 'tag' | 'buildArguments';

/** The tag that Home builds under, too. */
export const bundledTag = 'llm-api:latest';

export const buildFormDefaults: BuildFormValues = {
  source: 'bundled',
  path: '',
  tag: bundledTag,
  noCache: false,
  buildArguments: [],
};

const sourceOf = ({ source, path }: BuildFormValues): BuildRequest['source'] =>
  source === 'bundled' ? { kind: 'bundled' } : { kind: 'folder', path: path.trim() };

const argumentsOf = (pairs: Pair[]) =>
  Object.fromEntries(pairs.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]));

/** The request that the form amounts to, as far as it goes: a preview may be incomplete. */
export function draftOf(values: BuildFormValues): BuildRequest {
  const source = sourceOf(values);
  return {
    source: source.kind === 'folder' && source.path === '' ? { kind: 'folder', path: 'FOLDER' } : source,
    tag: values.tag.trim() || 'TAG',
    dockerfile: 'Dockerfile',
    target: null,
    noCache: values.noCache,
    pull: false,
    platform: null,
    hostSettings: true,
    buildArguments: argumentsOf(values.buildArguments),
  };
}

/** The fields that cannot be sent as they are. */
export function wrongFields(values: BuildFormValues): BuildField[] {
  const wrong: BuildField[] = [];
  if (values.source === 'folder' && values.path.trim() === '') wrong.push('path');
  if (!imageTag.safeParse(values.tag.trim()).success) wrong.push('tag');
  const pairs = values.buildArguments.filter(({ name, value }) => name !== '' || value !== '');
  const isTwice = new Set(pairs.map(({ name }) => name)).size < pairs.length;
  if (isTwice || pairs.some(({ name }) => !environmentName.safeParse(name).success)) wrong.push('buildArguments');
  return wrong;
}

/** The nearest tag that Docker takes, for one that it does not; null where nothing usable is left or nothing is wrong. */
export function nearestTag(typed: string): string | null {
  const tag = typed
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[^a-z0-9._:/-]/g, '')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return tag !== typed.trim() && imageTag.safeParse(tag).success ? tag : null;
}

/** A tag made from the last part of a folder's path; null where nothing in it can be one. */
export function tagOfFolder(path: string): string | null {
  const folder =
    path
      .split(/[/\\]/)
      .filter((part) => part !== '')
      .at(-1) ?? '';
  const name = imageTag.safeParse(folder).success ? folder : nearestTag(folder);
  return name === null || name.includes(':') ? null : `${name}:latest`;
}
