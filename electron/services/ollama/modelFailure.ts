import { Failure, type FailureDetails } from '../../contract/failures';

type PullReason = FailureDetails<'MODEL_PULL_FAILED'>['reason'];
type CreateReason = FailureDetails<'MODEL_CREATE_FAILED'>['reason'];

const messageLimit = 2_000;
const noSpace = /no space left|not enough (disk )?space|disk quota|ENOSPC|There is not enough space/i;

/** Ollama's words, and those of Go's net package that it passes on, for what a pull failed of; the first that fits. */
const pullWords: [RegExp, PullReason][] = [
  [noSpace, 'noSpace'],
  [/requires a newer version of Ollama|\b412\b/i, 'tooOld'],
  [/x509|certificate/i, 'certificate'],
  [/server gave HTTP response to HTTPS client|insecure protocol http/i, 'plainHttp'],
  [/no such host|server misbehaving|temporary failure in name resolution/i, 'name'],
  [/connection refused|network is unreachable|no route to host/i, 'refused'],
  [/i\/o timeout|TLS handshake timeout|deadline exceeded|timed? ?out/i, 'timeout'],
  [/\b429\b|too many requests/i, 'limit'],
  [/unauthorized|authentication|\b40[13]\b|access denied|forbidden/i, 'denied'],
  [/file does not exist|not found|\b404\b|MANIFEST_UNKNOWN|NAME_UNKNOWN/i, 'unknownName'],
  [/digest mismatch|verify your connection/i, 'damaged'],
  [/invalid (model )?name/i, 'badName'],
  [/max retries exceeded|connection reset|unexpected EOF|\bEOF\b|broken pipe/i, 'lost'],
];

/** What a pull failed of, by Ollama's own words. */
export function pullFailure(model: string, ollama: string, message: string): Failure<'MODEL_PULL_FAILED'> {
  const reason = pullWords.find(([words]) => words.test(message))?.[1] ?? 'other';
  return new Failure('MODEL_PULL_FAILED', { model, ollama, reason, message: message.slice(0, messageLimit) });
}

const createWords: [RegExp, CreateReason][] = [
  [noSpace, 'noSpace'],
  [
    /invalid file magic|unknown type|not a (valid )?gguf|unsupported content type|invalid gguf|unexpected EOF/i,
    'notGguf',
  ],
  [/unsupported|unknown (model )?architecture|unknown parameter|invalid (float|int|bool|option)/i, 'unsupported'],
];

/** What creating a model failed of, by Ollama's own words. */
export function createFailure(model: string, ollama: string, message: string): Failure<'MODEL_CREATE_FAILED'> {
  const reason = createWords.find(([words]) => words.test(message))?.[1] ?? 'other';
  return new Failure('MODEL_CREATE_FAILED', { model, ollama, reason, message: message.slice(0, messageLimit) });
}
