import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';
import { imageReference } from './images';
import { modelReference } from './models';
import { containerId, containerName, environmentName, type RunRequest, runRequest } from './runRequest';

/** The network that Ollama and the services that ask it are put on: they find each other there by name. */
export const modelNetwork = 'wharf-models';
/** Where Ollama listens, in its container and by default on a machine. */
export const ollamaPort = 11434;
/** The official image. */
export const officialOllamaImage = 'ollama/ollama:latest';
/** Name of the container, and of the volume that its models are kept in. */
export const ollamaName = 'wharf-ollama';
/** What the official image's user keeps its models and keys in. */
const ollamaHome = '/root/.ollama';

/** Name of the container with the service that asks Ollama. */
const ollamaServiceName = 'wharf-ollama-api';

/** The service in front of an Ollama. */
const serviceAsked = z.strictObject({
  /** Null: the bundled image, which is built where the engine has none. */
  image: imageReference.nullable().default(null),
  name: containerName.default(ollamaServiceName),
});

/**
 * How a person wants Ollama to be run. Left as it is: the official image, GPUs where there are some, on loopback, no model
 * and no service. A model is pulled through the published port, and a service is told which model it asks.
 */
export const ollamaAsked = z
  .strictObject({
    /** Null: the one of the settings. */
    image: imageReference.nullable().default(null),
    name: containerName.default(ollamaName),
    /** Volume that the models are kept in; it stays when the container goes. */
    volume: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/)
      .default(ollamaName),
    /** Network that services find it on by its name; made where it is not there. */
    network: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/)
      .default(modelNetwork),
    /** `auto`: all GPUs where the engine offers some, else none. */
    gpus: z.enum(['auto', 'none']).default('auto'),
    /** Publishes Ollama's port on 127.0.0.1. Services on its network do not need that; Wharf's own page of models does. */
    isPublished: z.boolean().default(true),
    memoryBytes: runRequest.shape.memoryBytes.unwrap().default(null),
    /** Model that it is to have: pulled where it has not. */
    model: modelReference.nullable().default(null),
    /** The model's registry may speak plain HTTP. */
    allowPlainHttp: z.boolean().default(false),
    service: serviceAsked.nullable().default(null),
  })
  .refine(({ model, isPublished }) => model === null || isPublished, { path: ['isPublished'] })
  .refine(({ model, service }) => service === null || model !== null, { path: ['model'] });
export type OllamaAsked = z.infer<typeof ollamaAsked>;

/**
 * Whether a container gets the machine's GPUs. `notOffered`: the engine has no runtime for them; `refused`: it has, and could
 * not give one (`message` is its text, untrusted); `notAsked`: a person wanted none.
 */
const gpuGiven = z.discriminatedUnion('state', [
  z.object({ state: z.literal('given') }),
  z.object({ state: z.literal('notOffered') }),
  z.object({ state: z.literal('notAsked') }),
  z.object({ state: z.literal('refused'), message: z.string() }),
]);
export type GpuGiven = z.infer<typeof gpuGiven>;

/** What a run of Ollama goes through, in this order. */
const ollamaSteps = [
  'pullingImage',
  'running',
  'waitingForHealth',
  'pullingModel',
  'buildingService',
  'runningService',
  'waitingForService',
] as const;
/** One of them. */
export type OllamaStep = (typeof ollamaSteps)[number];

/** The steps of a run: those of a model and of a service only where they were asked for. */
export function stepsOfOllama({
  model,
  service,
}: {
  model: string | null;
  service: { isBuilt: boolean } | null;
}): OllamaStep[] {
  return ollamaSteps.filter((step) => {
    if (step === 'pullingModel') return model !== null;
    if (step === 'buildingService') return service?.isBuilt ?? false;
    return service !== null || (step !== 'runningService' && step !== 'waitingForService');
  });
}

/** The task of running Ollama. `hostPort` is null where nothing is published, or nothing runs yet. */
export const ollamaTaskSubject = z.object({
  kind: z.literal('runOllama'),
  name: z.string(),
  image: z.string(),
  phase: z.enum([...ollamaSteps, 'done']),
  /** The pull of the image, where it was not on the engine. */
  pullTaskId: z.string().nullable(),
  containerId: z.string().nullable(),
  hostPort: z.number().nullable(),
  gpu: gpuGiven.nullable(),
  model: z.string().nullable(),
  /** The pull of the model; null before, and where the model was there already. */
  modelPullTaskId: z.string().nullable(),
  /** Ollama's endpoint, once it is asked for the model. */
  endpointId: z.string().nullable(),
  service: z
    .object({
      image: z.string(),
      /** The image is built first. */
      isBuilt: z.boolean(),
      buildTaskId: z.string().nullable(),
      name: z.string(),
      containerId: z.string().nullable(),
      hostPort: z.number().nullable(),
    })
    .nullable(),
});

/** What a run of Ollama amounts to, before it is asked for. */
const ollamaPlan = z.object({
  image: z.string(),
  /** The image is on the engine; else it is pulled first. */
  imageIsHere: z.boolean(),
  /** The engine has a runtime or devices for GPUs. Whether one works is found out by running. */
  offersGpu: z.boolean(),
  /** The service's image; it is built first where the engine does not have it. Null without a service. */
  service: z.object({ image: z.string(), isBuilt: z.boolean() }).nullable(),
  /** The `docker` lines that do the same; secrets stand by their names. */
  command: z.string(),
});
export type OllamaPlan = z.infer<typeof ollamaPlan>;

/** Variables that say which proxy a program uses. Programs take them in capitals and in small letters. */
const proxyVariable = z.object({
  name: environmentName,
  /** Without account and password. */
  shown: z.string(),
});

/**
 * What is wrong with the proxy of an Ollama, by its variables:
 * `plainOnly`: HTTP_PROXY without HTTPS_PROXY; Ollama pulls over HTTPS and goes past it;
 * `plainSet`: HTTP_PROXY is set; it gets between Ollama's own programs, which speak plain HTTP;
 * `ownLoopback`: the proxy's address is loopback, which inside the container is the container;
 * `noExceptions`: NO_PROXY leaves out loopback;
 * `notPassed`: Wharf's own surroundings have a proxy, and the container has none.
 */
const proxyFinding = z.enum(['plainOnly', 'plainSet', 'ownLoopback', 'noExceptions', 'notPassed']);
export type ProxyFinding = z.infer<typeof proxyFinding>;

const proxyDiagnosis = z.object({
  /** The container's proxy variables as they are. */
  variables: z.array(proxyVariable),
  findings: z.array(proxyFinding),
  /** The variables as they should be. */
  corrected: z.array(proxyVariable),
});
export type ProxyDiagnosis = z.infer<typeof proxyDiagnosis>;

/** A GPU of this machine, as its driver measures it. */
const machineGpu = z.object({ name: z.string(), totalBytes: z.number(), freeBytes: z.number() });
export type MachineGpu = z.infer<typeof machineGpu>;

const started = z.object({ taskId: z.string() });
const one = z.strictObject({ id: containerId });

export const ollamaContainer = {
  /** What `begin` would do, for a person to see before. */
  plan: oc
    .input(ollamaAsked)
    .output(ollamaPlan)
    .errors(declare(...engineFailures)),
  /**
   * Runs Ollama in a container, as a task: pulls the image where it is missing, makes the network, runs it with a volume
   * for its models and GPUs where there are some, and waits until it is healthy; then pulls the model, and runs the service
   * with it. What is there already is used again, so that a repeated run goes on where one failed. From when Ollama is
   * healthy it stays, whatever fails or is cancelled after. One at a time.
   */
  begin: oc
    .input(ollamaAsked)
    .output(started)
    .errors(declare(...engineFailures, 'TASK_ALREADY_RUNNING')),
  /** GPUs of the machine that Wharf runs on; none where its engine is elsewhere, or no driver tells. */
  machineGpus: oc.output(z.object({ gpus: z.array(machineGpu) })),
  /** Looks at the proxy variables of a container that Ollama runs in. */
  diagnoseProxy: oc
    .input(one)
    .output(proxyDiagnosis)
    .errors(declare(...engineFailures, 'CONTAINER_MISSING')),
  /** Puts a container with corrected proxy variables in the place of this one; see `containers.replace`. */
  correctProxy: oc
    .input(one)
    .output(started)
    .errors(
      declare(
        ...engineFailures,
        'CONTAINER_MISSING',
        'TASK_ALREADY_RUNNING',
        'NAME_TAKEN',
        'IMAGE_MISSING',
        'FOLDER_REFUSED',
        'API_KEY_REQUIRED',
      ),
    ),
};

/** Variables by which the bundled service asks an Ollama. */
export function ollamaVariables(host: string, model: string | null): { name: string; value: string }[] {
  return [
    { name: 'LLM_BACKEND', value: 'ollama' },
    { name: 'OLLAMA_HOST', value: `http://${host}:${ollamaPort}` },
    ...(model === null ? [] : [{ name: 'LLM_MODEL', value: model }]),
  ];
}

/**
 * The container that Ollama runs in, as a request: models in a volume, on a network of its own, checked by its own program,
 * protected as far as the image allows. It is root inside, since its volume is root's, but without capabilities, new
 * privileges or a file system that it could write to.
 */
export function ollamaRunRequest(
  asked: OllamaAsked & { image: string },
  chosen: { withGpu: boolean; hostPort: number | null; environment: { name: string; value: string }[] },
): RunRequest {
  return runRequest.parse({
    image: asked.image,
    name: asked.name,
    ports: asked.isPublished ? [{ containerPort: ollamaPort, hostPort: chosen.hostPort }] : [],
    environment: [
      // What the official image says too; one from elsewhere may not, and loopback is of no use in a container.
      { name: 'OLLAMA_HOST', value: `0.0.0.0:${ollamaPort}` },
      ...chosen.environment,
    ],
    network: { kind: 'named', name: asked.network },
    mounts: [{ kind: 'volume', name: asked.volume, path: ollamaHome }],
    memoryBytes: asked.memoryBytes,
    gpus: chosen.withGpu ? 'all' : 'none',
    healthCheck: {
      kind: 'command',
      // By loopback: a proxy of the container's own would stand between otherwise.
      command: `OLLAMA_HOST=127.0.0.1:${ollamaPort} ollama list`,
      intervalSeconds: 5,
      timeoutSeconds: 10,
      startPeriodSeconds: 20,
      retries: 3,
    },
    safety: { nonRoot: false },
  });
}
