import type { BuildRequest } from './builds';
import { containerLine, runLine } from './containerCommands';
import { shellLine } from './shellWords';

/**
 * The `docker` line that does what a call does. Pure, so that the page shows a preview while typing and main records the
 * same line in Activity. What is printed can be pasted into a POSIX shell.
 */

export const dockerCommand = {
  ...containerLine,
  run: runLine,
  removeImage: (reference: string) => shellLine(['docker', 'rmi', reference]),
  tagImage: (reference: string, tag: string) => shellLine(['docker', 'tag', reference, tag]),
  /** `docker pull`; from a mirror the image gets its own name and loses the mirror's. */
  pull: (image: string, from: string) =>
    from === image
      ? shellLine(['docker', 'pull', image])
      : [
          ['docker', 'pull', from],
          ['docker', 'tag', from, image],
          ['docker', 'rmi', from],
        ]
          .map(shellLine)
          .join(' && '),
  save: (fileName: string, references: readonly string[]) =>
    shellLine(['docker', 'save', '-o', fileName, ...references]),
  load: (fileName: string) => shellLine(['docker', 'load', '-i', fileName]),
  inspectImage: (reference: string) => shellLine(['docker', 'image', 'inspect', reference]),
  history: (reference: string) => shellLine(['docker', 'history', '--no-trunc', reference]),
  diskUse: () => 'docker system df -v',
  /** Removal of named images and, where asked, of the unused build cache. */
  prune: (references: readonly string[], buildCache: boolean) =>
    [
      ...(references.length > 0 ? [shellLine(['docker', 'rmi', ...references])] : []),
      ...(buildCache ? ['docker builder prune -a -f'] : []),
    ].join(' && '),
  exec: (name: string, options: { shell?: 'auto' | 'bash' | 'sh'; asRoot?: boolean } = {}) =>
    shellLine([
      ...['docker', 'exec', '-it', ...(options.asRoot ? ['-u', '0'] : []), name],
      options.shell === 'bash' ? 'bash' : 'sh',
    ]),
  stats: (name: string) => shellLine(['docker', 'stats', name]),
  inspect: (name: string) => shellLine(['docker', 'inspect', name]),
  logs: (name: string) => shellLine(['docker', 'logs', '-f', name]),
  build(request: BuildRequest, extraArguments: Record<string, string> = {}): string {
    const { source, dockerfile } = request;
    const folder = source.kind === 'bundled' ? 'api-image' : source.path;
    const words = ['docker', 'build', '-t', request.tag];
    if (dockerfile !== 'Dockerfile') words.push('-f', `${folder.replace(/\/+$/, '')}/${dockerfile}`);
    if (request.target !== null) words.push('--target', request.target);
    if (request.platform !== null) words.push('--platform', request.platform);
    if (request.pull) words.push('--pull');
    if (request.noCache) words.push('--no-cache');
    for (const [name, value] of Object.entries({ ...extraArguments, ...request.buildArguments })) {
      words.push('--build-arg', `${name}=${value}`);
    }
    words.push(folder);
    return shellLine(words);
  },
};

/**
 * The `ollama` line that does what a call does: in its container where it runs in one, else at its address.
 * @param words what follows `ollama`
 */
export function ollamaCommand(
  { containerName, baseUrl }: { containerName: string | null; baseUrl: string },
  words: readonly string[],
): string {
  const line = ['ollama', ...words];
  if (containerName !== null) return shellLine(['docker', 'exec', containerName, ...line]);
  return baseUrl === usualOllama ? shellLine(line) : `OLLAMA_HOST=${shellLine([baseUrl])} ${shellLine(line)}`;
}

/** Where Ollama listens unless it is told otherwise. */
const usualOllama = 'http://127.0.0.1:11434';
