import type { BuildRequest } from './builds';
import type { RunRequest } from './containers';

/**
 * The `docker` line that does what a call does. Pure, so that the page shows a preview while typing and main records the
 * same line in Activity. What is printed can be pasted into a POSIX shell.
 */

/** Options of every container that Wharf creates; `run` shows them and the service sets them from the same list. */
export const safeRunDefaults = {
  processLimit: 512,
  logDriver: 'json-file',
  logMaxSize: '10m',
  logMaxFiles: '3',
  tmpfs: { '/tmp': 'rw,noexec,nosuid,size=64m' } as Record<string, string>,
} as const;

/**
 * Labels that Wharf reads and writes. `managed` marks containers that it made, `api` what serves the bundled
 * API. `built` marks images: containers inherit their image's labels, so it says nothing about those.
 */
export const labels = { managed: 'app.wharf.managed', api: 'app.wharf.api', built: 'app.wharf.built' } as const;

/** Quotes one word for a POSIX shell; words without special characters stay as they are. */
function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function line(words: string[]): string {
  return words.map(shellWord).join(' ');
}

export const dockerCommand = {
  /** `docker run` for a request; `port` is the host port in force, or null while it is still to be chosen. */
  run(request: RunRequest, port: number | null): string {
    const words = ['docker', 'run', '-d', '--name', request.name];
    words.push('-p', `127.0.0.1:${port ?? request.hostPort ?? ''}:${request.containerPort}`);
    for (const variable of request.environment) words.push('-e', `${variable.name}=${variable.value}`);
    words.push('--add-host', 'host.docker.internal:host-gateway');
    words.push('--memory', String(request.memoryBytes), '--pids-limit', String(safeRunDefaults.processLimit));
    words.push('--read-only');
    for (const [path, options] of Object.entries(safeRunDefaults.tmpfs)) words.push('--tmpfs', `${path}:${options}`);
    words.push('--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--init');
    words.push(
      '--log-driver',
      safeRunDefaults.logDriver,
      '--log-opt',
      `max-size=${safeRunDefaults.logMaxSize}`,
      '--log-opt',
      `max-file=${safeRunDefaults.logMaxFiles}`,
    );
    words.push('--label', `${labels.managed}=true`, request.image);
    return line(words);
  },
  start: (name: string) => line(['docker', 'start', name]),
  stop: (name: string, graceSeconds: number) =>
    line(['docker', 'stop', ...(graceSeconds === 10 ? [] : ['-t', String(graceSeconds)]), name]),
  restart: (name: string, graceSeconds: number) =>
    line(['docker', 'restart', ...(graceSeconds === 10 ? [] : ['-t', String(graceSeconds)]), name]),
  remove: (name: string, options: { force: boolean; volumes: boolean }) =>
    line(['docker', 'rm', ...(options.force ? ['-f'] : []), ...(options.volumes ? ['-v'] : []), name]),
  removeImage: (reference: string) => line(['docker', 'rmi', reference]),
  tagImage: (reference: string, tag: string) => line(['docker', 'tag', reference, tag]),
  /** `docker pull`; from a mirror the image gets its own name and loses the mirror's. */
  pull: (image: string, from: string) =>
    from === image
      ? line(['docker', 'pull', image])
      : [
          ['docker', 'pull', from],
          ['docker', 'tag', from, image],
          ['docker', 'rmi', from],
        ]
          .map(line)
          .join(' && '),
  save: (fileName: string, references: readonly string[]) => line(['docker', 'save', '-o', fileName, ...references]),
  load: (fileName: string) => line(['docker', 'load', '-i', fileName]),
  inspectImage: (reference: string) => line(['docker', 'image', 'inspect', reference]),
  history: (reference: string) => line(['docker', 'history', '--no-trunc', reference]),
  diskUse: () => 'docker system df -v',
  /** Removal of named images and, where asked, of the unused build cache. */
  prune: (references: readonly string[], buildCache: boolean) =>
    [
      ...(references.length > 0 ? [line(['docker', 'rmi', ...references])] : []),
      ...(buildCache ? ['docker builder prune -a -f'] : []),
    ].join(' && '),
  logs: (name: string) => line(['docker', 'logs', '-f', name]),
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
    return line(words);
  },
};
