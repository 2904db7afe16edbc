import type { BuildContext } from './buildContext';

/** Told how a context goes to the engine. */
export interface SendingWatcher {
  /** The engine begins to take it. */
  begun(): void;
  /** So many more bytes were handed over. */
  sent(bytes: number): void;
  /** The engine has all that it wanted. */
  ended(): void;
}

/** What a builder is asked to do. */
export interface BuildOptions {
  /** `buildkit` falls back to `classic` where the engine has no BuildKit; the first event tells which one works. */
  builder: 'classic' | 'buildkit';
  /** Packed for the classic builder; BuildKit takes what it misses. A folder that cannot be sent fails the build by its name. */
  context: BuildContext;
  sending?: SendingWatcher;
  tag: string;
  /** Path of the Dockerfile inside the context. */
  dockerfile: string;
  buildArguments: Record<string, string>;
  labels: Record<string, string>;
  noCache: boolean;
  /** Stage to stop at; null for the last one. */
  target: string | null;
  /** Asks registries for newer base images. */
  pull: boolean;
  platform: string | null;
  /** By registry (`docker.io` for Docker Hub), for base images that not everybody may pull. Never logged. */
  credentials: Readonly<Record<string, RegistrySecret>>;
}

/** What a registry is told: a name and a password, or a token. Docker's own words for them, as it wants them. */
export interface RegistrySecret {
  username?: string;
  password?: string;
  identitytoken?: string;
}

/**
 * What a build says, the same for both builders. `reduceBuild` turns it into a `BuildState`. Text is untrusted. Times are
 * epoch ms: BuildKit's are the engine's, the classic builder's are those of arrival.
 */
export type BuildEvent =
  /** First of all: who builds. */
  | { type: 'builder'; builder: 'classic' | 'buildkit' }
  /** A step is known. `index` counts from 1, `total` is how many are known so far. */
  | { type: 'step'; id: string; index: number; total: number; instruction: string; atMs: number }
  | { type: 'stepState'; id: string; state: 'running' | 'done' | 'cached' | 'failed' | 'cancelled'; atMs: number }
  /** One line without its line break; `id` is its step, null where it belongs to none. */
  | { type: 'output'; id: string | null; stream: 'stdout' | 'stderr'; text: string; atMs: number }
  /** The engine says that the build failed. */
  | { type: 'failed'; message: string; atMs: number }
  /** The engine names the image. More than one in a classic build of several stages: the last one counts. */
  | { type: 'image'; imageId: string }
  /** Last of all. `complete` is false where the stream was cut or held what is no build stream. */
  | { type: 'ended'; complete: boolean; atMs: number };
