import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';
import { Failure } from '../contract/failures';
import { openDuplex, request } from './request';

const openTimeoutMs = 15_000;
const shortTimeoutMs = 10_000;

/** A process to start in a running container. */
export interface ExecSpec {
  command: string[];
  environment: string[];
  /** Name or id; null for the container's own. */
  user: string | null;
  /** With a terminal of that size, else without any input or output. */
  terminal: { columns: number; rows: number } | null;
}

/** A process with a terminal. What it prints comes from `stream`, what is typed goes into it; raw bytes both ways. */
export interface ExecTerminal {
  execId: string;
  stream: Socket;
}

/** Whether a process still runs, and how it ended. */
export interface ExecState {
  running: boolean;
  exitCode: number | null;
}

async function createExec(docker: Dockerode, address: string, id: string, spec: ExecSpec): Promise<string> {
  const withTerminal = spec.terminal !== null;
  const created = await request(docker, {
    method: 'POST',
    path: `/containers/${id}/exec`,
    body: {
      AttachStdin: withTerminal,
      // Without input the output is not read either, but its end is the process's end.
      AttachStdout: true,
      AttachStderr: withTerminal,
      Tty: withTerminal,
      Cmd: spec.command,
      Env: spec.environment,
      ...(spec.user !== null && { User: spec.user }),
      ...(spec.terminal && { ConsoleSize: [spec.terminal.rows, spec.terminal.columns] }),
    },
    timeoutMs: shortTimeoutMs,
    context: { address, container: id },
  });
  return (created as { Id: string }).Id;
}

/** `docker exec -it`; see `Engine.execTerminal`. */
export async function execTerminal(
  docker: Dockerode,
  address: string,
  id: string,
  spec: ExecSpec & { terminal: { columns: number; rows: number } },
): Promise<ExecTerminal> {
  const execId = await createExec(docker, address, id, spec);
  const stream = await openDuplex(docker, {
    method: 'POST',
    path: `/exec/${execId}/start`,
    body: { Detach: false, Tty: true },
    timeoutMs: openTimeoutMs,
    context: { address, container: id },
  });
  return { execId, stream };
}

/** `docker exec -d`, and waits for its end; see `Engine.execToEnd`. */
export async function execToEnd(
  docker: Dockerode,
  address: string,
  id: string,
  spec: Omit<ExecSpec, 'terminal'>,
): Promise<number | null> {
  const execId = await createExec(docker, address, id, { ...spec, terminal: null });
  await request(docker, {
    method: 'POST',
    path: `/exec/${execId}/start`,
    body: { Detach: false, Tty: false },
    timeoutMs: openTimeoutMs,
    context: { address, container: id },
  });
  return (await inspectExec(docker, address, execId)).exitCode;
}

/** `GET /exec/{id}/json`; see `Engine.inspectExec`. */
export async function inspectExec(docker: Dockerode, address: string, execId: string): Promise<ExecState> {
  const answer = (await request(docker, {
    method: 'GET',
    path: `/exec/${execId}/json`,
    timeoutMs: shortTimeoutMs,
    context: { address },
  })) as { Running?: boolean; ExitCode?: number | null };
  return { running: answer.Running === true, exitCode: answer.ExitCode ?? null };
}

/** `POST /exec/{id}/resize`; see `Engine.resizeExec`. */
export async function resizeExec(
  docker: Dockerode,
  address: string,
  execId: string,
  size: { columns: number; rows: number },
): Promise<void> {
  try {
    await request(docker, {
      method: 'POST',
      path: `/exec/${execId}/resize`,
      query: { h: size.rows, w: size.columns },
      timeoutMs: shortTimeoutMs,
      context: { address },
    });
  } catch (error) {
    // A process that has just ended has no size; so say 404, 409 and 500, by version.
    if (error instanceof Failure && error.code === 'ENGINE_REFUSED') return;
    throw error;
  }
}
