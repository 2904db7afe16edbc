import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import {
  type ProbeName,
  type ProbeOutcome,
  type ProbeVerdict,
  probeRequests,
  shownBodyCharacters,
} from '../contract/probe';
import { findContainer } from './answers/findContainer';
import { askHttp } from './answers/httpStream';
import type { EngineLink } from './engine';
import { withTimeLimit } from './timeLimit';

/** What `Probe` works with. */
export interface ProbeOptions {
  engineLink: EngineLink;
  containers: { table(): readonly Container[] };
  /** Longest wait for a whole answer; a model may load for minutes before it answers a chat. */
  timeoutMs?: Record<ProbeName, number>;
}

const defaultTimeoutMs: Record<ProbeName, number> = { root: 10_000, health: 10_000, chat: 300_000 };

/** A body longer than this is cut while it comes. */
const readCharactersLimit = 1024 * 1024;

/** Variable by which the bundled service is given the key that it asks for. */
const keyVariable = 'API_KEY';

type NoAnswer = Extract<ProbeOutcome, { kind: 'noAnswer' }>['reason'];

/** Asks a container's service the three questions of the tutorial and judges what it says. */
export class Probe {
  constructor(private readonly options: ProbeOptions) {}

  /** See `probe.run`. */
  async run(id: string, probe: ProbeName, message: string, signal?: AbortSignal): Promise<ProbeOutcome> {
    const startedAtMs = performance.now();
    const latencyMs = () => Math.max(0, Math.round(performance.now() - startedAtMs));
    let url: string | null = null;
    try {
      url = findContainer(this.options.containers.table(), { kind: 'container', id, name: '' }).baseUrl;
      url += probeRequests[probe].path;
      const key = await this.keyOf(id);
      const answer = await ask(url, probe, message, key, (this.options.timeoutMs ?? defaultTimeoutMs)[probe], signal);
      return {
        kind: 'answered',
        url,
        status: answer.status,
        latencyMs: latencyMs(),
        mediaType: answer.mediaType,
        body: answer.text.slice(0, shownBodyCharacters),
        cutCharacters: Math.max(0, answer.text.length - shownBodyCharacters),
        verdict: judge(probe, message, answer),
      };
    } catch (error) {
      return { kind: 'noAnswer', url, reason: reasonOf(error), latencyMs: latencyMs() };
    }
  }

  /** The key that the container was given, which whoever runs Wharf may read anyway; null for none. */
  private async keyOf(id: string): Promise<string | null> {
    try {
      const engine = this.options.engineLink.current();
      const variable = (await engine.inspectDetails(id)).environment.find(({ name }) => name === keyVariable);
      const line = variable && (await engine.inspectText(id, variable.path));
      return line?.slice(keyVariable.length + 1) || null;
    } catch (error) {
      // The service can be asked without the engine.
      if (isFailure(error)) return null;
      throw error;
    }
  }
}

interface Answer {
  status: number;
  mediaType: string;
  text: string;
}

/** The limit was reached. */
class TooLate extends Error {}

function ask(
  url: string,
  probe: ProbeName,
  message: string,
  key: string | null,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Answer> {
  const { method } = probeRequests[probe];
  const exchange = async (limited: AbortSignal): Promise<Answer> => {
    try {
      const { status, mediaType, text } = await askHttp({
        method,
        url,
        headers: { accept: 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
        body: method === 'POST' ? JSON.stringify({ message }) : null,
        signal: limited,
      });
      let read = '';
      for await (const part of text) {
        read += part;
        if (read.length > readCharactersLimit) break;
      }
      limited.throwIfAborted();
      return { status, mediaType, text: read };
    } catch (error) {
      throw limited.aborted && !signal?.aborted ? new TooLate() : error;
    }
  };
  return withTimeLimit(timeoutMs, exchange, signal);
}

/** The tutorial's answers, see `ProbeVerdict`. */
const tutorial: Record<ProbeName, (message: string) => Record<string, string>> = {
  root: () => ({ message: 'LLM API Server', status: 'running' }),
  health: () => ({ status: 'healthy' }),
  chat: (message) => ({ response: `Echo: ${message}` }),
};

/** Compares an answer with the tutorial's. */
export function judge(probe: ProbeName, message: string, answer: { status: number; text: string }): ProbeVerdict {
  if (answer.status === 401) return 'needsKey';
  if (answer.status !== 200) return 'wrongStatus';
  const expected = tutorial[probe](message);
  let said: unknown;
  try {
    said = JSON.parse(answer.text);
  } catch {
    return 'notJson';
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return 'wrongFields';
  const fields = said as Record<string, unknown>;
  const names = Object.keys(expected);
  if (!names.every((name) => typeof fields[name] === 'string')) return 'wrongFields';
  // Who watches over a container reads this one word.
  if (probe === 'health' && fields.status !== expected.status) return 'wrongFields';
  const same = Object.keys(fields).length === names.length && names.every((name) => fields[name] === expected[name]);
  return same ? 'asTutorial' : 'fits';
}

function reasonOf(error: unknown): NoAnswer {
  if (error instanceof TooLate) return 'timeout';
  if (isFailure(error, 'CHAT_TARGET_UNREACHABLE')) {
    const { reason } = error.details;
    if (reason === 'missing' || reason === 'stopped' || reason === 'noPort') return reason;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_')) return 'notHttp';
  if (code === 'ECONNREFUSED') return 'refused';
  return 'reset';
}
