declare module 'dockerode/lib/session.js' {
  import type Dockerode from 'dockerode';

  /** Opens a BuildKit session; `done` closes it. Part of dockerode, used by its own `buildImage`. */
  export default function withSession(
    docker: Dockerode,
    auth: { username: string; password: string } | null,
    handler: (error: unknown, id: string | null, done: () => void) => void,
  ): void;
}
