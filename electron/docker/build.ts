/** What a builder is asked to do. The context is a tar stream of the folder. */
export interface BuildOptions {
  builder: 'classic' | 'buildkit';
  context: NodeJS.ReadableStream;
  tag: string;
  dockerfile: string;
  buildArguments: Record<string, string>;
  labels: Record<string, string>;
  noCache: boolean;
}

/** What a build says, the same for both builders. `reduceBuild` turns it into a `BuildState`. */
export type BuildEvent =
  | { type: 'step'; id: string; index: number; total: number; instruction: string; atMs: number }
  | { type: 'stepState'; id: string; state: 'running' | 'done' | 'cached' | 'failed' | 'cancelled'; atMs: number }
  | { type: 'output'; id: string | null; stream: 'stdout' | 'stderr'; text: string; atMs: number }
  | { type: 'failed'; message: string; atMs: number }
  | { type: 'image'; imageId: string };
