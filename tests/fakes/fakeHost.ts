import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { Action } from '../../electron/contract/actions';
import { api } from '../../electron/contract/api';
import type { ConversationHit } from '../../electron/contract/archive';
import type { BuildDetails, BuildState, ContextPreview } from '../../electron/contract/builds';
import {
  type Conversation,
  type ConversationEvent,
  chosenPath,
  type Message,
  pathTo,
  type StorageState,
} from '../../electron/contract/chat';
import type { Container, ContainerDescription, GpuCheck, ImageDefaults } from '../../electron/contract/containers';
import type { DiskUse } from '../../electron/contract/diskUse';
import type { DoctorFinding } from '../../electron/contract/doctor';
import type { Dropped } from '../../electron/contract/drops';
import type { EngineChoices, EngineState } from '../../electron/contract/engine';
import { Failure, type FailureValue, isFailure } from '../../electron/contract/failures';
import type { About } from '../../electron/contract/host';
import type { Image } from '../../electron/contract/images';
import type { ContainerDetails } from '../../electron/contract/inspect';
import type { Line } from '../../electron/contract/lines';
import type { Preset } from '../../electron/contract/presets';
import type { ProbeOutcome } from '../../electron/contract/probe';
import { runRequest } from '../../electron/contract/runRequest';
import type { Settings } from '../../electron/contract/settings';
import type { StatsSample, StatsTotal } from '../../electron/contract/stats';
import type { Task } from '../../electron/contract/tasks';
import type { TerminalSession } from '../../electron/contract/terminal';
import type { UpdateState } from '../../electron/contract/updates';
import { summaryOf } from '../../electron/services/buildSummary';
import { LiveValue } from '../../electron/services/live';
import { FakeAnswers, type FakeAnswersStart, fakeAnswers } from './fakeAnswers';
import { fakeLines } from './fakeLines';
import { FakeModels, type FakeModelsStart, fakeModels } from './fakeModels';
import { FakeOllamaContainer, fakeOllamaContainer } from './fakeOllamaContainer';
import { sampleEngineChoices, sampleFindings } from './sampleEngines';
import { sampleDisk, sampleHistory, sampleImageDetail } from './sampleImages';
import { readyEngine, sampleAbout, sampleContext, sampleSettings } from './samples';

const plainImage: ImageDefaults = {
  user: '10001:10001',
  ports: [{ containerPort: 8000, protocol: 'tcp' }],
  command: [],
  environment: [],
  hasHealthCheck: true,
  servesApi: false,
  volumePaths: [],
};

/** What the fake host starts from; everything left out is empty, the engine answers. */
export interface FakeStart extends FakeAnswersStart, FakeModelsStart {
  engine?: EngineState;
  containers?: Container[];
  images?: Image[];
  disk?: DiskUse;
  tasks?: Task[];
  builds?: Record<string, BuildState>;
  buildDetails?: Record<string, BuildDetails>;
  context?: ContextPreview;
  settings?: Partial<Settings>;
  conversations?: Conversation[];
  messages?: Message[];
  /** Lines by container or task id; those of a part of a task under `task/part`. */
  lines?: Record<string, Line[]>;
  /** What containers are made of, by id. */
  details?: Record<string, ContainerDetails>;
  /** What `docker inspect` answers, by id, and the secrets in it by path (joined with `/`). */
  trees?: Record<string, { json: string; hidden: string[][] }>;
  secrets?: Record<string, string>;
  /** What each of the three requests answers. */
  probes?: Partial<Record<string, ProbeOutcome>>;
  terminals?: TerminalSession[];
  printed?: Record<string, string>;
  /** What containers used lately, by id, oldest first. */
  stats?: Record<string, StatsSample[]>;
  about?: Partial<About>;
  /** Ports that something other than a container holds, by process name. */
  heldPorts?: Record<number, string>;
}

/**
 * The contract in memory, spoken over a real message channel: for component tests and for looking at pages in a browser.
 * Its fields are what main would know; set them and every watch tells.
 */
export class FakeHost {
  readonly engine: LiveValue<EngineState>;
  readonly containers: LiveValue<{ rows: Container[]; staleSinceMs: number | null }>;
  readonly images: LiveValue<{ images: Image[]; stale: boolean }>;
  readonly disk: LiveValue<DiskUse>;
  readonly tasks: LiveValue<Task[]>;
  readonly builds: LiveValue<Record<string, BuildState>>;
  readonly buildDetails: Record<string, BuildDetails>;
  readonly context: LiveValue<ContextPreview>;
  readonly settings: LiveValue<Settings>;
  readonly conversations: LiveValue<Conversation[]>;
  readonly messages: LiveValue<Message[]>;
  /** How conversations are kept; told to the pages with every change. */
  readonly storage: { value: StorageState; set(value: StorageState): void };
  readonly lines: LiveValue<Record<string, Line[]>>;
  readonly details: LiveValue<Record<string, ContainerDetails>>;
  readonly terminals: LiveValue<TerminalSession[]>;
  /** What each terminal printed, by session. */
  readonly printed: LiveValue<Record<string, string>>;
  readonly stats: LiveValue<Record<string, StatsSample[]>>;
  readonly totalUse = new LiveValue<StatsTotal | null>(null);
  readonly actions = new LiveValue<Action[]>([]);
  /** What `describe` and `imageDefaults` answer besides the plain, by container id and by image. */
  readonly descriptions: Record<string, Partial<ContainerDescription>> = {};
  readonly imageDefaults: Record<string, Partial<ImageDefaults>> = {};
  gpu: GpuCheck = { result: 'noRuntime', message: 'could not select device driver "" with capabilities: [[gpu]]' };
  places = { networks: ['team'], volumes: ['models'] };
  presets: Preset[] = [];
  /** What the doctor finds. */
  findings: DoctorFinding[] = sampleFindings();
  /** Engines that may be chosen. */
  engineChoices: EngineChoices = sampleEngineChoices();
  readonly answers: FakeAnswers;
  readonly ollamaContainer = new FakeOllamaContainer();
  readonly models: FakeModels;
  /** Every call (no watch) as it came: `['containers.stop', { id }]`. */
  readonly calls: [name: string, input: unknown][] = [];
  private readonly refusals = new Map<string, FailureValue>();
  private readonly held = new Map<string, Promise<void>>();
  private readonly ports: MessagePort[] = [];
  private readonly about: About;
  private readonly probes: NonNullable<FakeStart['probes']>;
  private readonly trees: NonNullable<FakeStart['trees']>;
  private readonly secrets: Record<string, string>;
  readonly updateState = new LiveValue<UpdateState>({ kind: 'away', reason: 'notInstalled' });
  /** What the next drop is taken for. */
  dropped: Dropped = { kind: 'refused', reason: 'unknown', name: 'notes.txt' };
  private readonly heldPorts: Record<number, string>;
  private readonly removed: Conversation[][] = [];
  private readonly removedMessages: Message[][] = [];

  constructor(start: FakeStart = {}) {
    this.engine = new LiveValue(start.engine ?? readyEngine());
    this.containers = new LiveValue({ rows: start.containers ?? [], staleSinceMs: null as number | null });
    this.images = new LiveValue({ images: start.images ?? [], stale: false });
    this.disk = new LiveValue(start.disk ?? sampleDisk());
    this.tasks = new LiveValue(start.tasks ?? []);
    this.builds = new LiveValue(start.builds ?? {});
    this.buildDetails = start.buildDetails ?? {};
    this.context = new LiveValue(start.context ?? sampleContext());
    this.settings = new LiveValue({ ...sampleSettings, ...start.settings });
    this.conversations = new LiveValue(start.conversations ?? []);
    this.messages = new LiveValue(start.messages ?? []);
    const storage = new LiveValue<StorageState>({ brokenFile: null, failure: null });
    this.storage = {
      get value() {
        return storage.value;
      },
      set: (value) => {
        storage.set(value);
        this.conversations.set(this.conversations.value);
      },
    };
    this.lines = new LiveValue(start.lines ?? {});
    this.details = new LiveValue(start.details ?? {});
    this.probes = start.probes ?? {};
    this.trees = start.trees ?? {};
    this.secrets = start.secrets ?? {};
    this.terminals = new LiveValue(start.terminals ?? []);
    this.printed = new LiveValue(start.printed ?? {});
    this.stats = new LiveValue(start.stats ?? {});
    this.answers = new FakeAnswers(start);
    this.models = new FakeModels(start);
    this.about = { ...sampleAbout, ...start.about };
    this.heldPorts = start.heldPorts ?? {};
  }

  /** From now on `call` (e.g. `containers.remove`) fails like this; null lets it work again. */
  refuse(call: string, failure: FailureValue | null): void {
    if (failure === null) this.refusals.delete(call);
    else this.refusals.set(call, failure);
  }

  /** From now on `call` is not answered until the function that comes back is called. */
  hold(call: string): () => void {
    let release = () => {};
    this.held.set(call, new Promise<void>((resolve) => (release = resolve)));
    return () => {
      this.held.delete(call);
      release();
    };
  }

  /** Changes one container and tells. */
  changeContainer(id: string, part: Partial<Container>): void {
    const { rows, staleSinceMs } = this.containers.value;
    this.containers.set({ rows: rows.map((row) => (row.id === id ? { ...row, ...part } : row)), staleSinceMs });
  }

  /** The page's end of a new connection. Not started. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(this.router()).upgrade(port2);
    port2.start();
    this.ports.push(port1, port2);
    return port1;
  }

  /** Ends every connection. */
  close(): void {
    for (const port of this.ports) port.close();
  }

  private router() {
    const host = this;
    const record = implement(api).use(async ({ next, path }, input) => {
      const call = path.join('.');
      if (!/watch|follow|lines\.(read|search|nearestHit|atTime|kept)/.test(call)) host.calls.push([call, input]);
      await host.held.get(call);
      const refusal = host.refusals.get(call);
      if (refusal !== undefined) throw new ORPCError(refusal.code, { data: refusal.details });
      try {
        return await next();
      } catch (error) {
        if (isFailure(error)) throw new ORPCError(error.code, { data: error.details });
        throw error;
      }
    });
    const one = (id: string) => {
      const container = host.containers.value.rows.find((row) => row.id === id);
      if (container === undefined) throw new Failure('CONTAINER_MISSING', { id });
      return container;
    };
    return record.router({
      engine: {
        watch: record.engine.watch.handler(({ signal }) => host.engine.watch(signal)),
        retry: record.engine.retry.handler(() => host.engine.value),
        choices: record.engine.choices.handler(() => host.engineChoices),
        choose: record.engine.choose.handler(({ input }) => {
          const chosen = host.engineChoices.choices.find(({ id }) => id === input.id);
          if (chosen) host.engine.set(readyEngine({ endpoint: chosen.endpoint }));
          host.engineChoices = { ...host.engineChoices, chosenId: input.id };
          return host.engine.value;
        }),
        trustHost: record.engine.trustHost.handler(() => undefined),
        allowPlain: record.engine.allowPlain.handler(() => undefined),
      },
      doctor: {
        check: record.doctor.check.handler(() => ({ findings: host.findings })),
        saveDiagnostics: record.doctor.saveDiagnostics.handler(() => ({
          fileName: 'wharf-diagnostics.tar.gz',
          sizeBytes: 18_400,
          maskedCount: 7,
        })),
      },
      containers: {
        watch: record.containers.watch.handler(async function* ({ signal }) {
          // As main: nothing is told of containers before an engine has answered once.
          for await (const { facts } of host.engine.watch(signal)) if (facts !== null) break;
          for await (const { rows, staleSinceMs } of host.containers.watch(signal)) {
            yield { type: 'snapshot' as const, containers: rows, asOfMs: Date.now() };
            if (staleSinceMs !== null) yield { type: 'stale' as const, asOfMs: staleSinceMs };
          }
        }),
        run: record.containers.run.handler(({ input }) => {
          const holder = host.containers.value.rows.find((row) => row.name === input.name);
          if (holder) {
            throw new Failure('NAME_TAKEN', { name: input.name, holderId: holder.id, madeByWharf: holder.madeByWharf });
          }
          return {
            id: host.containers.value.rows[0]?.id ?? 'a'.repeat(64),
            hostPort: input.ports[0]?.hostPort ?? 8000,
          };
        }),
        start: record.containers.start.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { state: 'running', startedAtMs: Date.now() });
        }),
        stop: record.containers.stop.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { state: 'exited', exitCode: 0, health: 'none', finishedAtMs: Date.now() });
        }),
        restart: record.containers.restart.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { state: 'running', startedAtMs: Date.now() });
        }),
        remove: record.containers.remove.handler(({ input }) => {
          const { name, state } = one(input.id);
          if (state === 'running' && !input.force) throw new Failure('CONTAINER_RUNNING', { name });
          const rows = host.containers.value.rows.filter((row) => row.id !== input.id);
          host.containers.set({ rows, staleSinceMs: null });
        }),
        pause: record.containers.pause.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { state: 'paused' });
        }),
        unpause: record.containers.unpause.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { state: 'running' });
        }),
        kill: record.containers.kill.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { state: 'exited', exitCode: 137, health: 'none', finishedAtMs: Date.now() });
        }),
        rename: record.containers.rename.handler(({ input }) => {
          one(input.id);
          host.changeContainer(input.id, { name: input.name });
        }),
        duplicate: record.containers.duplicate.handler(({ input }) => ({ id: one(input.id).id, hostPort: 8000 })),
        replace: record.containers.replace.handler(({ input }) => {
          one(input.id);
          return { taskId: 'task-replace' };
        }),
        describe: record.containers.describe.handler(({ input }) => {
          const { image, name } = one(input.id);
          const request = runRequest.parse({ image, name });
          return { request, imageChanged: false, isPublic: false, kept: [], ...host.descriptions[input.id] };
        }),
        exportAs: record.containers.exportAs.handler(({ input }) => ({
          text: `${input.format} of ${one(input.id).name}${input.secrets ? ' with secrets' : ''}\n`,
        })),
        imageDefaults: record.containers.imageDefaults.handler(({ input }) => {
          const known = host.images.value.images.find(({ tags }) => tags.includes(input.image));
          if (known === undefined) throw new Failure('IMAGE_MISSING', { image: input.image });
          return { ...plainImage, servesApi: known.servesApi, ...host.imageDefaults[input.image] };
        }),
        checkGpu: record.containers.checkGpu.handler(() => host.gpu),
        places: record.containers.places.handler(() => host.places),
        suggestPort: record.containers.suggestPort.handler(({ input }) => {
          let port = input.from;
          while (host.holderOf(port) !== null) port += 1;
          return { port };
        }),
        portHolder: record.containers.portHolder.handler(({ input }) => {
          const holder = host.holderOf(input.port);
          return { free: holder === null, holder };
        }),
      },
      ollamaContainer: fakeOllamaContainer(record, host.ollamaContainer),
      actions: {
        watch: record.actions.watch.handler(async function* ({ signal }) {
          for await (const actions of host.actions.watch(signal)) yield { actions };
        }),
      },
      presets: {
        list: record.presets.list.handler(() => ({ presets: host.presets })),
        save: record.presets.save.handler(({ input }) => {
          const saved = { id: crypto.randomUUID(), savedAtMs: Date.now(), ...input };
          host.presets = [saved, ...host.presets.filter(({ name }) => name !== input.name)];
          return saved;
        }),
        remove: record.presets.remove.handler(({ input }) => {
          host.presets = host.presets.filter(({ id }) => id !== input.id);
        }),
      },
      images: {
        watch: record.images.watch.handler(({ signal }) => host.images.watch(signal)),
        remove: record.images.remove.handler(({ input }) => {
          const image = host.images.value.images.find(
            (row) => row.id === input.reference || row.tags.includes(input.reference),
          );
          if (image === undefined) throw new Failure('IMAGE_MISSING', { image: input.reference });
          if (image.usedBy.length > 0) {
            throw new Failure('IMAGE_IN_USE', { image: input.reference, containers: image.usedBy });
          }
          host.images.set({ images: host.images.value.images.filter((row) => row !== image), stale: false });
        }),
        tag: record.images.tag.handler(({ input }) => {
          const image = host.image(input.reference);
          const images = host.images.value.images.map((row) => ({
            ...row,
            tags: [...row.tags.filter((tag) => tag !== input.tag), ...(row.id === image.id ? [input.tag] : [])],
          }));
          host.images.set({ images, stale: false });
        }),
        inspect: record.images.inspect.handler(({ input }) => sampleImageDetail(host.image(input.reference))),
        history: record.images.history.handler(({ input }) => {
          host.image(input.reference);
          return { steps: sampleHistory() };
        }),
        pull: record.images.pull.handler(() => ({ taskId: 'task-pull' })),
      },
      imageArchives: {
        save: record.imageArchives.save.handler(() => ({ taskId: 'task-save' })),
        loadModels: record.imageArchives.loadModels.handler(() => ({ taskId: 'task-models' })),
        saveKit: record.imageArchives.saveKit.handler(() => ({ taskId: 'task-kit' })),
        takePresets: record.imageArchives.takePresets.handler(() => ({ savedCount: 2 })),
        load: record.imageArchives.load.handler(() => ({ taskId: 'task-load' })),
      },
      disk: {
        read: record.disk.read.handler(() => host.disk.value),
        prune: record.disk.prune.handler(() => ({ taskId: 'task-prune' })),
      },
      builds: {
        watchContext: record.builds.watchContext.handler(async function* ({ signal }) {
          for await (const context of host.context.watch(signal)) yield context;
        }),
        start: record.builds.start.handler(() => ({ taskId: 'task-build' })),
        watch: record.builds.watch.handler(async function* ({ input, signal }) {
          for await (const builds of host.builds.watch(signal)) {
            const build = builds[input.taskId];
            if (build === undefined) throw new ORPCError('TASK_MISSING', { data: { id: input.taskId } });
            yield build;
          }
        }),
        details: record.builds.details.handler(({ input }) => {
          const details = host.buildDetails[input.taskId];
          return details ?? { dockerfile: null, lastLines: {} };
        }),
        watchHistory: record.builds.watchHistory.handler(async function* ({ signal }) {
          for await (const builds of host.builds.watch(signal)) {
            const all = Object.values(builds).sort((one, other) => other.startedAtMs - one.startedAtMs);
            yield { builds: all.map(summaryOf) };
          }
        }),
        forget: record.builds.forget.handler(({ input }) => {
          const left = Object.entries(host.builds.value).filter(([id]) => !input.taskIds.includes(id));
          host.builds.set(Object.fromEntries(left));
        }),
      },
      tasks: {
        watch: record.tasks.watch.handler(async function* ({ signal }) {
          for await (const tasks of host.tasks.watch(signal)) yield { type: 'snapshot' as const, tasks };
        }),
        cancel: record.tasks.cancel.handler(({ input }) => {
          const cancelled = { state: 'cancelled' as const, finishedAtMs: Date.now() };
          host.tasks.set(host.tasks.value.map((task) => (task.id === input.id ? { ...task, ...cancelled } : task)));
        }),
        retry: record.tasks.retry.handler(({ input }) => {
          const task = host.tasks.value.find(({ id }) => id === input.id);
          if (task === undefined) throw new Failure('TASK_MISSING', { id: input.id });
          const again = { ...task, id: `${task.id}-again`, state: 'running' as const, failure: null };
          host.tasks.set([{ ...again, startedAtMs: Date.now(), finishedAtMs: null }, ...host.tasks.value]);
          return { taskId: again.id };
        }),
        buildAndRun: record.tasks.buildAndRun.handler(() => ({ taskId: 'task-first' })),
      },
      lines: fakeLines(record, host),
      ...fakeModels(record, host.models),
      ...fakeAnswers(record, host.answers, (conversation) =>
        host.conversations.set([conversation, ...host.conversations.value]),
      ),
      chat: {
        watchConversations: record.chat.watchConversations.handler(async function* ({ signal }) {
          for await (const conversations of host.conversations.watch(signal)) {
            yield { type: 'snapshot' as const, conversations, storage: host.storage.value };
          }
        }),
        create: record.chat.create.handler(({ input }) => {
          const nowMs = Date.now();
          const made = {
            id: `c${host.conversations.value.length + 1}`,
            title: '',
            createdAtMs: nowMs,
            updatedAtMs: nowMs,
          };
          const conversation = { ...made, target: input.target, pinnedAtMs: null, settings: input.settings };
          host.conversations.set([conversation, ...host.conversations.value]);
          return conversation;
        }),
        configure: record.chat.configure.handler(({ input }) =>
          host.changeConversation(input.conversationId, { settings: input.settings }),
        ),
        rename: record.chat.rename.handler(({ input }) =>
          host.changeConversation(input.conversationId, { title: input.title }),
        ),
        retarget: record.chat.retarget.handler(({ input }) =>
          host.changeConversation(input.conversationId, { target: input.target }),
        ),
        remove: record.chat.remove.handler(({ input }) => {
          host.removed.push(host.conversations.value);
          host.conversations.set(host.conversations.value.filter(({ id }) => id !== input.conversationId));
        }),
        dismissBrokenFile: record.chat.dismissBrokenFile.handler(() =>
          host.storage.set({ ...host.storage.value, brokenFile: null }),
        ),
        pin: record.chat.pin.handler(({ input }) =>
          host.changeConversation(input.conversationId, { pinnedAtMs: input.pinned ? Date.now() : null }),
        ),
        restore: record.chat.restore.handler(() => host.conversations.set(host.removed.pop() ?? [])),
        send: record.chat.send.handler(({ input }) => {
          const path = chosenPath(host.messagesOf(input.conversationId));
          const question: Message = {
            ...emptyMessage(input.conversationId, input.messageId),
            parentId: input.parentId === undefined ? (path.at(-1)?.id ?? null) : input.parentId,
            role: 'user',
            text: input.text,
            attachments: input.attachments.map(({ name, text }) => ({ name, sizeBytes: text.length, tokens: 7 })),
          };
          host.addMessage(question);
          return { answerId: host.answer(question) };
        }),
        regenerate: record.chat.regenerate.handler(({ input }) => {
          const all = host.messagesOf(input.conversationId);
          const asked = all.find(({ id }) => id === input.messageId);
          const question = asked?.role === 'user' ? asked : all.find(({ id }) => id === asked?.parentId);
          if (question === undefined) throw new Failure('MESSAGE_MISSING', { id: input.messageId });
          return { answerId: host.answer(question) };
        }),
        continueAnswer: record.chat.continueAnswer.handler(({ input }) => {
          host.messages.set(
            host.messages.value.map((one) =>
              one.id === input.messageId ? { ...one, text: `${one.text} and on`, state: 'done', failure: null } : one,
            ),
          );
          return { answerId: input.messageId };
        }),
        choose: record.chat.choose.handler(({ input }) => {
          const chosen = new Set(pathTo(host.messagesOf(input.conversationId), input.messageId).map(({ id }) => id));
          const parents = new Set(
            host.messages.value.filter(({ id }) => chosen.has(id)).map(({ parentId }) => parentId),
          );
          host.messages.set(
            host.messages.value.map((one) =>
              parents.has(one.parentId) ? { ...one, isChosen: chosen.has(one.id) } : one,
            ),
          );
        }),
        removeMessage: record.chat.removeMessage.handler(({ input }) => {
          const gone = new Set([input.messageId]);
          for (const { id, parentId } of host.messages.value) if (gone.has(parentId ?? '')) gone.add(id);
          host.removedMessages.push(host.messages.value);
          host.messages.set(host.messages.value.filter(({ id }) => !gone.has(id)));
          return { removed: gone.size };
        }),
        restoreMessage: record.chat.restoreMessage.handler(() => host.messages.set(host.removedMessages.pop() ?? [])),
        attachment: record.chat.attachment.handler(({ input }) => {
          const message = host.messages.value.find(({ id }) => id === input.messageId);
          return { name: message?.attachments[input.index]?.name ?? '', text: 'the text of the file' };
        }),
        stop: record.chat.stop.handler(() => undefined),
        watch: record.chat.watch.handler(async function* ({ input, signal }): AsyncGenerator<ConversationEvent> {
          for await (const all of host.messages.watch(signal)) {
            const conversation = host.conversations.value.find(({ id }) => id === input.conversationId);
            if (conversation === undefined) {
              throw new ORPCError('CONVERSATION_MISSING', { data: { id: input.conversationId } });
            }
            const messages = all.filter((message) => message.conversationId === input.conversationId);
            yield { type: 'snapshot', conversation, messages };
          }
        }),
      },
      inspect: {
        watch: record.inspect.watch.handler(async function* ({ input, signal }) {
          one(input.id);
          for await (const details of host.details.watch(signal)) {
            const its = details[input.id];
            if (its !== undefined) yield its;
          }
        }),
        tree: record.inspect.tree.handler(({ input }) => {
          one(input.id);
          return host.trees[input.id] ?? { json: '{}', hidden: [] };
        }),
        reveal: record.inspect.reveal.handler(({ input }) => ({ text: host.secrets[input.path.join('/')] ?? null })),
      },
      stats: {
        watchTotal: record.stats.watchTotal.handler(({ signal }) => host.totalUse.watch(signal)),
        watch: record.stats.watch.handler(async function* ({ input, signal }) {
          for await (const stats of host.stats.watch(signal)) {
            yield { replace: true, samples: (stats[input.id] ?? []).slice(-input.sampleCount) };
          }
        }),
      },
      archive: {
        search: record.archive.search.handler(({ input }) => host.search(input.text)),
        exportText: record.archive.exportText.handler(({ input }) => ({
          text: `# Exported\n\n${chosenPath(host.messagesOf(input.conversationId))
            .map(({ text }) => text)
            .join('\n\n')}\n`,
          suggestedName: input.format === 'json' ? 'Exported.json' : 'Exported.md',
        })),
        export: record.archive.export.handler(({ input }) => ({
          conversations: input.conversationIds?.length ?? host.conversations.value.length,
          sizeBytes: 4096,
        })),
        import: record.archive.import.handler(() => ({
          imported: 2,
          alreadyHere: 1,
          skipped: 0,
          conversationId: host.conversations.value[0]?.id ?? null,
        })),
      },
      probe: {
        run: record.probe.run.handler(
          ({ input }) => host.probes[input.probe] ?? { kind: 'noAnswer', url: null, reason: 'noPort', latencyMs: 1 },
        ),
      },
      terminal: {
        watch: record.terminal.watch.handler(async function* ({ input, signal }) {
          for await (const all of host.terminals.watch(signal)) {
            yield { sessions: all.filter(({ containerId }) => containerId === input.containerId) };
          }
        }),
        open: record.terminal.open.handler(({ input: { containerId, shell, asRoot } }) => {
          const number = host.terminals.value.length + 1;
          const session = { id: `t${number}`, containerId, number, shell, asRoot, startedAtMs: Date.now(), end: null };
          host.terminals.set([...host.terminals.value, session]);
          return session;
        }),
        follow: record.terminal.follow.handler(async function* ({ input, signal }) {
          for await (const printed of host.printed.watch(signal)) {
            const end = host.terminals.value.find(({ id }) => id === input.sessionId)?.end ?? null;
            yield { firstOffset: 0, endOffset: printed[input.sessionId]?.length ?? 0, end };
          }
        }),
        read: record.terminal.read.handler(({ input }) => {
          const text = (host.printed.value[input.sessionId] ?? '').slice(input.fromOffset);
          return { text, fromOffset: input.fromOffset, toOffset: input.fromOffset + text.length };
        }),
        write: record.terminal.write.handler(() => undefined),
        resize: record.terminal.resize.handler(() => undefined),
        close: record.terminal.close.handler(({ input }) => {
          host.terminals.set(host.terminals.value.filter(({ id }) => id !== input.sessionId));
        }),
      },
      updates: {
        watch: record.updates.watch.handler(({ signal }) => host.updateState.watch(signal)),
        check: record.updates.check.handler(() => undefined),
        install: record.updates.install.handler(() => undefined),
      },
      drops: {
        take: record.drops.take.handler(() => host.dropped),
      },
      settings: {
        watch: record.settings.watch.handler(({ signal }) => host.settings.watch(signal)),
        change: record.settings.change.handler(({ input }) => {
          host.settings.set({ ...host.settings.value, ...input });
          return host.settings.value;
        }),
      },
      host: {
        about: record.host.about.handler(() => host.about),
        openLink: record.host.openLink.handler(() => undefined),
        copyText: record.host.copyText.handler(() => undefined),
        chooseFolder: record.host.chooseFolder.handler(() => ({ path: '/home/mina/projects/summary-api' })),
        pickSaveFile: record.host.pickSaveFile.handler(({ input }) => ({
          picked: { grant: '00000000-0000-4000-8000-000000000001', name: input.suggestedName },
        })),
        pickOpenFile: record.host.pickOpenFile.handler(({ input }) => ({
          picked: { grant: '00000000-0000-4000-8000-000000000002', name: `picked.${input.extensions[0] ?? 'txt'}` },
        })),
        newLaunchLink: record.host.newLaunchLink.handler(() => ({ url: null })),
        watchExports: record.host.watchExports.handler(({ signal }) => new LiveValue({ files: [] }).watch(signal)),
        removeExport: record.host.removeExport.handler(() => undefined),
      },
    });
  }

  private image(reference: string): Image {
    const image = this.images.value.images.find((row) => row.id === reference || row.tags.includes(reference));
    if (image === undefined) throw new Failure('IMAGE_MISSING', { image: reference });
    return image;
  }

  private holderOf(port: number): { kind: 'container' | 'process'; name: string } | null {
    const process = this.heldPorts[port];
    if (process !== undefined) return { kind: 'process', name: process };
    const container = this.containers.value.rows.find((row) =>
      row.ports.some((published) => published.hostPort === port),
    );
    return container === undefined ? null : { kind: 'container', name: container.name };
  }

  private messagesOf(conversationId: string): Message[] {
    return this.messages.value.filter((message) => message.conversationId === conversationId);
  }

  /** Adds a message as the chosen one of its siblings. */
  private addMessage(message: Message): void {
    const others = this.messages.value.map((one) =>
      one.conversationId === message.conversationId && one.parentId === message.parentId
        ? { ...one, isChosen: false }
        : one,
    );
    this.messages.set([...others, message]);
  }

  /** Echoes a question as its newest answer. */
  private answer(question: Message): string {
    const siblings = this.messages.value.filter(({ parentId }) => parentId === question.id).length;
    const id = `${question.id}-answer${siblings === 0 ? '' : siblings + 1}`;
    const empty = emptyMessage(question.conversationId, id);
    this.addMessage({ ...empty, parentId: question.id, text: `Echo: ${question.text}` });
    return id;
  }

  private search(text: string): { conversations: ConversationHit[]; isMore: boolean } {
    const piece = { text, isMatch: true };
    const conversations = this.conversations.value.flatMap(({ id, title, updatedAtMs }): ConversationHit[] => {
      const hits = this.messagesOf(id)
        .filter((message) => message.text.includes(text))
        .map(({ id: messageId, role, createdAtMs }) => ({ messageId, role, createdAtMs, snippet: [piece] }));
      if (hits.length === 0 && !title.toLocaleLowerCase().includes(text.toLocaleLowerCase())) return [];
      return [{ conversationId: id, title: [{ text: title, isMatch: false }], updatedAtMs, hits }];
    });
    return { conversations, isMore: false };
  }

  private changeConversation(conversationId: string, part: Partial<Conversation>): void {
    this.conversations.set(
      this.conversations.value.map((row) => (row.id === conversationId ? { ...row, ...part } : row)),
    );
    // A window that shows it is told too.
    this.messages.set(this.messages.value);
  }
}

/** An answer without words, at the top of its conversation. */
function emptyMessage(conversationId: string, id: string): Message {
  return {
    id,
    conversationId,
    parentId: null,
    isChosen: true,
    attachments: [],
    role: 'assistant',
    text: '',
    createdAtMs: Date.now(),
    state: 'done',
    failure: null,
    provenance: null,
    numbers: null,
  };
}
