import type { EngineFacts } from '../../../electron/contract/engine';
import { modelNetwork, ollamaVariables } from '../../../electron/contract/ollamaContainer';
import { hasApiKey, type RunRequest, runRequest } from '../../../electron/contract/runRequest';
import { parseShellWords } from '../../../electron/contract/shellWords';
import type { Pair } from '../../ui/PairRows';
import { mib, type RunFormValues } from './runFormValues';

/** Parts of the form that can be wrong. */
export type RunField =
  | 'image'
  | 'name'
  | 'command'
  | 'ports'
  | 'reach'
  | 'environment'
  | 'model'
  | 'ollamaContainer'
  | 'openaiUrl'
  | 'networkName'
  | 'mounts'
  | 'memoryMib'
  | 'cpus'
  | 'restartRetries'
  | 'healthCommand'
  | 'healthInterval'
  | 'writablePaths';

/** Variables that the choice of a backend writes. */
const backendVariables = ['LLM_BACKEND', 'LLM_MODEL', 'OLLAMA_HOST', 'OPENAI_BASE_URL', 'OPENAI_API_KEY'];

const toNumber = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

/** Some write a comma before the fraction. */
const processors = ({ cpus }: RunFormValues) => Number(cpus.replace(',', '.'));

/** What the form needs to know of its surroundings to become a request. */
export interface FormSurroundings {
  /** The name of a container by its id. */
  nameOf: (id: string) => string | undefined;
  facts: Pick<EngineFacts, 'memoryBytes' | 'cpuCount'> | null;
}

const nowhere: FormSurroundings = { nameOf: () => undefined, facts: null };

/** The variables of the form with those that the choice of a backend writes. */
export function environmentOf(values: RunFormValues, { nameOf }: FormSurroundings = nowhere): Pair[] {
  const typed = values.environment.filter(({ name, value }) => name !== '' || value !== '');
  if (values.backend === 'asSet') return typed;
  const others = typed.filter(({ name }) => !backendVariables.includes(name));
  const model = values.model.trim() || null;
  switch (values.backend) {
    case 'echo':
      return [{ name: 'LLM_BACKEND', value: 'echo' }, ...others];
    case 'ollamaHere': {
      const host = values.network === 'host' ? '127.0.0.1' : 'host.docker.internal';
      return [...ollamaVariables(host, model), ...others];
    }
    case 'ollamaContainer':
      return [...ollamaVariables(nameOf(values.ollamaContainer) ?? 'ollama', model), ...others];
    case 'openai':
      return [
        { name: 'LLM_BACKEND', value: 'openai' },
        { name: 'OPENAI_BASE_URL', value: values.openaiUrl.trim() },
        ...(values.openaiKey === '' ? [] : [{ name: 'OPENAI_API_KEY', value: values.openaiKey }]),
        ...(model === null ? [] : [{ name: 'LLM_MODEL', value: model }]),
        ...others,
      ];
  }
}

function networkOf(values: RunFormValues): unknown {
  // A container reaches another by name only on a network that is not the engine's own.
  if (values.backend === 'ollamaContainer') {
    const name = values.network === 'named' ? values.networkName.trim() : modelNetwork;
    return { kind: 'named', name, join: [values.ollamaContainer] };
  }
  return values.network === 'named' ? { kind: 'named', name: values.networkName.trim() } : { kind: values.network };
}

function asked(values: RunFormValues, surroundings: FormSurroundings): Record<string, unknown> {
  return {
    image: values.image.trim(),
    name: values.name.trim(),
    command: parseShellWords(values.command),
    ports: values.ports.map(({ hostPort, containerPort, protocol }) => ({
      hostPort: hostPort.trim() === '' ? null : toNumber(hostPort),
      containerPort: toNumber(containerPort),
      protocol,
    })),
    reach: values.reach,
    environment: environmentOf(values, surroundings),
    network: networkOf(values),
    hostGateway: values.hostGateway,
    mounts: values.mounts.map(({ kind, source, path, readOnly }) =>
      kind === 'volume'
        ? { kind, name: source.trim(), path: path.trim(), readOnly }
        : { kind, folder: source.trim(), path: path.trim(), readOnly },
    ),
    memoryBytes: values.memoryMib.trim() === '' ? null : toNumber(values.memoryMib) * mib,
    cpus: values.cpus.trim() === '' ? null : processors(values),
    gpus: values.gpus ? 'all' : 'none',
    restart: {
      policy: values.restartPolicy,
      retries: values.restartPolicy === 'on-failure' ? toNumber(values.restartRetries) : 0,
    },
    healthCheck:
      values.health === 'command'
        ? {
            kind: 'command',
            command: values.healthCommand.trim(),
            intervalSeconds: toNumber(values.healthInterval),
            timeoutSeconds: toNumber(values.healthTimeout),
            startPeriodSeconds: toNumber(values.healthStart),
            retries: toNumber(values.healthRetries),
          }
        : { kind: values.health },
    safety: {
      ...values.safety,
      writablePaths: values.writablePaths.split(',').flatMap((path) => (path.trim() === '' ? [] : [path.trim()])),
    },
  };
}

/** Where a part of the request stands in the form. */
const fieldOf: Record<string, RunField> = {
  memoryBytes: 'memoryMib',
  network: 'networkName',
  restart: 'restartRetries',
  safety: 'writablePaths',
};

/** The request as the contract takes it, or which fields it does not take, or which the machine cannot give. */
export function requestOf(
  values: RunFormValues,
  surroundings: FormSurroundings = nowhere,
): { request: RunRequest } | { wrong: RunField[] } {
  const parsed = runRequest.safeParse(asked(values, surroundings));
  const wrong = new Set<RunField>();
  for (const { path } of parsed.error?.issues ?? []) {
    const part = String(path[0]);
    if (part === 'healthCheck') wrong.add(path[1] === 'command' ? 'healthCommand' : 'healthInterval');
    else if (part === 'network' && values.backend === 'ollamaContainer') wrong.add('ollamaContainer');
    else wrong.add(fieldOf[part] ?? (part as RunField));
  }
  const names = environmentOf(values, surroundings).map(({ name }) => name);
  if (new Set(names).size < names.length) wrong.add('environment');
  if (
    repeats(values.ports.map(({ hostPort, protocol }) => (hostPort.trim() === '' ? '' : `${hostPort}/${protocol}`)))
  ) {
    wrong.add('ports');
  }
  if (repeats(values.mounts.map(({ path }) => path.trim()))) wrong.add('mounts');
  if (values.backend === 'openai' && !/^https?:\/\/[^\s/]+/.test(values.openaiUrl.trim())) wrong.add('openaiUrl');
  const { facts } = surroundings;
  if (facts !== null && toNumber(values.memoryMib) * mib > facts.memoryBytes) wrong.add('memoryMib');
  if (facts !== null && processors(values) > facts.cpuCount) wrong.add('cpus');
  return parsed.success && wrong.size === 0 ? { request: parsed.data } : { wrong: [...wrong] };
}

function repeats(words: string[]): boolean {
  const said = words.filter((word) => word !== '');
  return new Set(said).size < said.length;
}

/** The request that the form amounts to, as far as it goes: a preview leaves out what is still wrong. */
export function draftOf(values: RunFormValues, surroundings: FormSurroundings = nowhere): RunRequest {
  const parts = asked(values, surroundings);
  const draft: Record<string, unknown> = {};
  for (const [part, value] of Object.entries(parts)) {
    const schema = runRequest.shape[part as keyof typeof runRequest.shape];
    if (schema.safeParse(value).success) draft[part] = value;
  }
  draft.image ??= 'IMAGE';
  draft.name ??= 'NAME';
  if (draft.reach === 'network' && !hasApiKey((draft.environment as Pair[] | undefined) ?? []))
    draft.reach = 'thisMachine';
  return runRequest.parse(draft);
}
