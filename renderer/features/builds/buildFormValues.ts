import {
  type BuildRequest,
  bundledTag,
  type ContextPreview,
  dockerfilePath,
  platformName,
  stageName,
} from '../../../electron/contract/builds';
import { imageTag } from '../../../electron/contract/images';
import { environmentName } from '../../../electron/contract/runRequest';
import type { Pair } from '../../ui/PairRows';

/** What stands in the build form, as typed. Empty texts mean what Docker does by itself. */
export interface BuildFormValues {
  source: 'bundled' | 'folder';
  path: string;
  dockerfile: string;
  tag: string;
  target: string;
  baseImage: string;
  platform: string;
  noCache: boolean;
  pull: boolean;
  hostSettings: boolean;
  buildArguments: Pair[];
}

export type BuildField = 'path' | 'dockerfile' | 'tag' | 'target' | 'platform' | 'buildArguments';

/** The build argument by which the bundled Dockerfile takes its base image. */
export const bundledBaseArgument = 'BASE_IMAGE';

const usualDockerfile = 'Dockerfile';

export const buildFormDefaults: BuildFormValues = {
  source: 'bundled',
  path: '',
  dockerfile: usualDockerfile,
  tag: bundledTag,
  target: '',
  baseImage: '',
  platform: '',
  noCache: false,
  pull: false,
  hostSettings: true,
  buildArguments: [],
};

/** The form for a folder, by `dockerfile` in it. */
export function folderValues(folder: string, dockerfile = usualDockerfile): BuildFormValues {
  return { ...buildFormDefaults, source: 'folder', path: folder, dockerfile, tag: tagOfFolder(folder) ?? '' };
}

/** The form for a request that was made before. */
export function valuesOf(request: BuildRequest): BuildFormValues {
  const { source, dockerfile, tag, target, platform, noCache, pull, hostSettings } = request;
  const pairs = Object.entries(request.buildArguments).map(([name, value]) => ({ name, value }));
  const isBase = ({ name }: Pair) => source.kind === 'bundled' && name === bundledBaseArgument;
  return {
    source: source.kind,
    path: source.kind === 'folder' ? source.path : '',
    dockerfile,
    tag,
    target: target ?? '',
    baseImage: pairs.find(isBase)?.value ?? '',
    platform: platform ?? '',
    noCache,
    pull,
    hostSettings,
    buildArguments: pairs.filter((pair) => !isBase(pair)),
  };
}

export const sourceOf = ({ source, path }: Pick<BuildFormValues, 'source' | 'path'>): BuildRequest['source'] =>
  source === 'bundled' ? { kind: 'bundled' } : { kind: 'folder', path: path.trim() };

/** The Dockerfile that the form means. */
export const dockerfileOf = ({ source, dockerfile }: BuildFormValues): string =>
  source === 'bundled' ? usualDockerfile : dockerfile.trim().replace(/^(\.\/)+/, '') || usualDockerfile;

function argumentsOf(values: BuildFormValues, baseArgument: string | null): Record<string, string> {
  const named = values.buildArguments
    .filter(({ name }) => name !== '')
    .map(({ name, value }) => [name, value] as const);
  const base = values.baseImage.trim();
  return Object.fromEntries([
    ...(baseArgument !== null && base !== '' ? [[baseArgument, base] as const] : []),
    ...named,
  ]);
}

/**
 * The request that the form amounts to, as far as it goes: a preview may be incomplete.
 * @param baseArgument the build argument that takes the base image; null where there is none
 */
export function draftOf(values: BuildFormValues, baseArgument: string | null): BuildRequest {
  const source = sourceOf(values);
  return {
    source: source.kind === 'folder' && source.path === '' ? { kind: 'folder', path: 'FOLDER' } : source,
    tag: values.tag.trim() || 'TAG',
    dockerfile: dockerfileOf(values),
    target: values.target.trim() || null,
    noCache: values.noCache,
    pull: values.pull,
    platform: values.platform.trim() || null,
    hostSettings: values.hostSettings,
    buildArguments: argumentsOf(values, baseArgument),
  };
}

/** The fields that cannot be sent as they are; `preview` is what is known of the folder. */
export function wrongFields(values: BuildFormValues, preview: ContextPreview | null): BuildField[] {
  const wrong: BuildField[] = [];
  if (values.source === 'folder' && values.path.trim() === '') wrong.push('path');
  if (!dockerfilePath.safeParse(dockerfileOf(values)).success) wrong.push('dockerfile');
  if (!imageTag.safeParse(values.tag.trim()).success) wrong.push('tag');
  if (!isStage(values.target.trim(), preview)) wrong.push('target');
  const platform = values.platform.trim();
  if (platform !== '' && !platformName.safeParse(platform).success) wrong.push('platform');
  const pairs = values.buildArguments.filter(({ name, value }) => name !== '' || value !== '');
  const isTwice = new Set(pairs.map(({ name }) => name)).size < pairs.length;
  if (isTwice || pairs.some(({ name }) => !environmentName.safeParse(name).success)) wrong.push('buildArguments');
  return wrong;
}

function isStage(target: string, preview: ContextPreview | null): boolean {
  if (target === '') return true;
  if (!stageName.safeParse(target).success) return false;
  if (preview === null || preview.stages.length === 0) return true;
  const names = preview.stages.map(({ name }) => name?.toLowerCase());
  return names.includes(target.toLowerCase()) || (/^\d+$/.test(target) && Number(target) < names.length);
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
  const folder = folderName(path);
  const name = imageTag.safeParse(folder).success ? folder : nearestTag(folder);
  return name === null || name.includes(':') ? null : `${name}:latest`;
}

/** The last part of a folder's path. */
export function folderName(path: string): string {
  return (
    path
      .split(/[/\\]/)
      .filter((part) => part !== '')
      .at(-1) ?? ''
  );
}
