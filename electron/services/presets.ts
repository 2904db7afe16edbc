import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { parseReference } from '../contract/imageNames';
import type { Preset } from '../contract/presets';
import { type RunRequest, runRequest } from '../contract/runRequest';
import { isSecret } from '../contract/secrets';
import { JsonFile } from './jsonFile';

const keptPresets = 500;

const storedPreset = z.object({ id: z.string(), name: z.string(), savedAtMs: z.number(), request: z.unknown() });

/** One that an older or newer Wharf wrote otherwise is left out; the others stay. */
function parsePresets(value: unknown): Preset[] {
  if (value === undefined) return [];
  return z
    .array(storedPreset)
    .parse(value)
    .flatMap((stored) => {
      const request = runRequest.safeParse(stored.request);
      return request.success ? [{ ...stored, request: request.data }] : [];
    });
}

/** An image's name without digest or tag: presets hold for all versions of an image. */
function repositoryOf(image: string): string {
  return parseReference(image).name;
}

/** What is kept of a request. Whether it may be reached from elsewhere hangs on a key that is not kept. */
function kept(request: RunRequest): RunRequest {
  const environment = request.environment.map((variable) =>
    isSecret(variable.name, variable.value) ? { ...variable, value: '' } : variable,
  );
  return { ...request, environment, reach: 'thisMachine' };
}

const isProxy = (name: string) => /^(?:https?|ftp|all|no)_proxy$/i.test(name);

/** What people run images with again and again, kept in one file. */
export class Presets {
  private constructor(
    private readonly file: JsonFile<Preset[]>,
    private readonly now: () => number,
  ) {}

  /** Reads the presets kept in `file`. */
  static async open(file: string, now: () => number = Date.now): Promise<Presets> {
    return new Presets(await JsonFile.open(file, parsePresets), now);
  }

  /** Presets of an image, whatever its tag, newest first. */
  list(image: string): Preset[] {
    const repository = repositoryOf(image);
    return this.file.value.filter(({ request }) => repositoryOf(request.image) === repository);
  }

  /**
   * Keeps a request without the values of its secrets.
   * @throws STORAGE_FAILED
   */
  async save(name: string, request: RunRequest): Promise<Preset> {
    const preset: Preset = { id: randomUUID(), name, savedAtMs: this.now(), request: kept(request) };
    const repository = repositoryOf(request.image);
    const isSame = (one: Preset) => one.name === name && repositoryOf(one.request.image) === repository;
    await this.file.change((presets) => [preset, ...presets.filter((one) => !isSame(one))].slice(0, keptPresets));
    return preset;
  }

  /** Presets of these images as they may be carried elsewhere: without proxies, which belong to this machine. */
  toTakeAlong(images: readonly string[]): Pick<Preset, 'name' | 'request'>[] {
    const repositories = new Set(images.map(repositoryOf));
    return this.file.value
      .filter(({ request }) => repositories.has(repositoryOf(request.image)))
      .map(({ name, request }) => {
        const environment = request.environment.filter((variable) => !isProxy(variable.name));
        return { name, request: { ...request, environment } };
      });
  }

  /**
   * Keeps presets from elsewhere. One that is here already is left out; one that only has the name of another gets a number.
   * @returns how many were new
   * @throws STORAGE_FAILED
   */
  async take(brought: readonly Pick<Preset, 'name' | 'request'>[]): Promise<number> {
    let savedCount = 0;
    // The first is the newest, as in a list.
    for (const { name, request } of [...brought].reverse()) {
      const here = this.list(request.image);
      if (here.some((one) => isDeepStrictEqual(one.request, kept(request)))) continue;
      const names = new Set(here.map((one) => one.name));
      let free = name;
      for (let number = 2; names.has(free); number += 1) free = `${name.slice(0, 50)} (${number})`;
      await this.save(free, request);
      savedCount += 1;
    }
    return savedCount;
  }

  /** @throws STORAGE_FAILED */
  async remove(id: string): Promise<void> {
    await this.file.change((presets) => presets.filter((preset) => preset.id !== id));
  }
}
