import type Dockerode from 'dockerode';
import withSession from 'dockerode/lib/session.js';

/** An open BuildKit session. BuildKit asks it for registry credentials while it pulls, even for a public image. */
export interface BuildSession {
  id: string;
  close(): void;
}

/**
 * Opens a session (`POST /session`, gRPC over the upgraded connection).
 * @returns null where the engine has none, as Podman and old engines: it cannot build with BuildKit through its API
 */
export async function openBuildSession(docker: Dockerode, signal: AbortSignal): Promise<BuildSession | null> {
  return new Promise((resolve) => {
    const onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
    withSession(docker, null, (error, id, close) => {
      signal.removeEventListener('abort', onAbort);
      if (error || id === null) resolve(null);
      else if (signal.aborted) close();
      else resolve({ id, close });
    });
  });
}
