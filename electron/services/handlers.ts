import type { AnyRouter } from '@orpc/server';
import { implementer } from '../rpc/implementer';
import type { Services } from './createServices';

/** The implementation of the contract, exhaustive over `contract/api`: one line an entry, no logic. */
export function createHandlers(services: Services): AnyRouter {
  const {
    engineLink,
    engineChoices,
    doctor,
    containers,
    replacing,
    ollamaContainers,
    forms,
    answerPresets,
    folders,
    images,
    builds,
    pulls,
    imageArchives,
    kitModelLoads,
    disk,
    buildAndRun,
    tasks,
    lines,
    lineExport,
    chat,
    archive,
    answering,
    endpoints,
    ollamas,
    models,
    modelPulls,
    modelCreation,
    presets,
    comparisons,
    inspection,
    stats,
    totalUse,
    terminals,
    probe,
    settings,
    host,
    fileGrants,
  } = services;
  const os = implementer.use(({ next, context, path, procedure }) => {
    const isWatch = /^(watch|follow)/.test(path[path.length - 1] ?? '');
    if (!isWatch && 'ENGINE_CHANGED' in procedure['~orpc'].errorMap) engineLink.mustBeAt(context.meantEngine);
    return next();
  });
  return os.router({
    engine: {
      watch: os.engine.watch.handler(({ signal }) => engineLink.state.watch(signal)),
      retry: os.engine.retry.handler(() => engineLink.retry()),
      choices: os.engine.choices.handler(() => engineChoices.list()),
      choose: os.engine.choose.handler(({ input }) => engineChoices.choose(input.id)),
      trustHost: os.engine.trustHost.handler(({ input }) => engineChoices.trustHost(input.id, input.fingerprint)),
      allowPlain: os.engine.allowPlain.handler(({ input }) => engineChoices.allowPlain(input.id)),
    },
    doctor: {
      check: os.doctor.check.handler(() => doctor.check()),
      saveDiagnostics: os.doctor.saveDiagnostics.handler(({ input }) => doctor.saveDiagnostics(input.grant)),
    },
    containers: {
      watch: os.containers.watch.handler(({ signal }) => containers.watch(signal)),
      run: os.containers.run.handler(({ input }) => containers.run(input)),
      start: os.containers.start.handler(({ input }) => containers.start(input.id)),
      stop: os.containers.stop.handler(({ input }) => containers.stop(input.id, input.graceSeconds)),
      restart: os.containers.restart.handler(({ input }) => containers.restart(input.id, input.graceSeconds)),
      pause: os.containers.pause.handler(({ input }) => containers.pause(input.id)),
      unpause: os.containers.unpause.handler(({ input }) => containers.unpause(input.id)),
      kill: os.containers.kill.handler(({ input }) => containers.kill(input.id, input.signal)),
      rename: os.containers.rename.handler(({ input }) => containers.rename(input.id, input.name)),
      duplicate: os.containers.duplicate.handler(({ input }) => containers.duplicate(input.id, input.request)),
      replace: os.containers.replace.handler(({ input }) => replacing.begin(input.id, input.request)),
      describe: os.containers.describe.handler(({ input }) => forms.describe(input.id)),
      exportAs: os.containers.exportAs.handler(({ input }) => forms.exportAs(input.id, input.format, input.secrets)),
      imageDefaults: os.containers.imageDefaults.handler(({ input }) => forms.imageDefaults(input.image)),
      checkGpu: os.containers.checkGpu.handler(({ input }) => containers.checkGpu(input.image)),
      places: os.containers.places.handler(() => forms.places()),
      remove: os.containers.remove.handler(({ input }) => containers.remove(input.id, input)),
      suggestPort: os.containers.suggestPort.handler(async ({ input }) => ({
        port: await containers.suggestPort(input.from),
      })),
      portHolder: os.containers.portHolder.handler(({ input }) => containers.portHolder(input.port)),
    },
    ollamaContainer: {
      plan: os.ollamaContainer.plan.handler(({ input }) => ollamaContainers.plan(input)),
      begin: os.ollamaContainer.begin.handler(({ input }) => ollamaContainers.begin(input)),
      machineGpus: os.ollamaContainer.machineGpus.handler(() => ollamaContainers.machineGpus()),
      diagnoseProxy: os.ollamaContainer.diagnoseProxy.handler(({ input }) => ollamaContainers.diagnoseProxy(input.id)),
      correctProxy: os.ollamaContainer.correctProxy.handler(({ input }) => ollamaContainers.correctProxy(input.id)),
    },
    images: {
      watch: os.images.watch.handler(({ signal }) => images.watch(signal)),
      remove: os.images.remove.handler(({ input }) => images.remove(input.reference)),
      tag: os.images.tag.handler(({ input }) => images.tag(input.reference, input.tag)),
      inspect: os.images.inspect.handler(({ input }) => images.inspect(input.reference)),
      history: os.images.history.handler(({ input }) => images.history(input.reference)),
      pull: os.images.pull.handler(({ input }) => pulls.pull(input)),
    },
    imageArchives: {
      save: os.imageArchives.save.handler(({ input }) => imageArchives.save(input)),
      saveKit: os.imageArchives.saveKit.handler(({ input }) => imageArchives.saveKit(input)),
      loadModels: os.imageArchives.loadModels.handler(({ input }) => kitModelLoads.begin(input)),
      takePresets: os.imageArchives.takePresets.handler(({ input }) => imageArchives.takePresets(input)),
      load: os.imageArchives.load.handler(({ input }) => imageArchives.load(input)),
    },
    disk: {
      read: os.disk.read.handler(() => disk.read()),
      prune: os.disk.prune.handler(({ input }) => disk.prune(input)),
    },
    builds: {
      watchContext: os.builds.watchContext.handler(({ input, signal }) => builds.watchContext(input, signal)),
      start: os.builds.start.handler(({ input }) => builds.start(input)),
      watch: os.builds.watch.handler(({ input, signal }) => builds.watch(input.taskId, signal)),
      details: os.builds.details.handler(({ input }) => builds.details(input.taskId)),
      watchHistory: os.builds.watchHistory.handler(({ signal }) => builds.watchHistory(signal)),
      forget: os.builds.forget.handler(({ input }) => builds.forget(input.taskIds)),
    },
    tasks: {
      watch: os.tasks.watch.handler(({ signal }) => tasks.watch(signal)),
      cancel: os.tasks.cancel.handler(({ input }) => tasks.cancel(input.id)),
      retry: os.tasks.retry.handler(({ input }) => tasks.retry(input.id)),
      buildAndRun: os.tasks.buildAndRun.handler(() => buildAndRun.begin()),
    },
    lines: {
      follow: os.lines.follow.handler(({ input, signal }) => lines.follow(input, signal)),
      read: os.lines.read.handler(async ({ input }) => ({
        lines: await lines.read(input.source, input.fromIndex, input.toIndex),
      })),
      search: os.lines.search.handler(({ input, signal }) => lines.search(input.source, input.query, signal)),
      nearestHit: os.lines.nearestHit.handler(({ input }) =>
        lines.nearestHit(input.searchId, input.index, input.direction),
      ),
      atTime: os.lines.atTime.handler(async ({ input }) => ({ index: await lines.atTime(input.source, input.atMs) })),
      save: os.lines.save.handler(({ input }) => lineExport.save(input)),
      copy: os.lines.copy.handler(({ input }) => lineExport.copy(input.source, input.fromIndex, input.toIndex)),
      clear: os.lines.clear.handler(({ input }) => lines.clear(input.id)),
      unclear: os.lines.unclear.handler(async ({ input }) => ({ restored: await lines.unclear(input.id) })),
      kept: os.lines.kept.handler(async () => ({ logs: await lines.kept() })),
    },
    targets: {
      watchEndpoints: os.targets.watchEndpoints.handler(({ signal }) => endpoints.watch(signal)),
      keyStorage: os.targets.keyStorage.handler(async () => ({ kept: await endpoints.keyStorage() })),
      putEndpoint: os.targets.putEndpoint.handler(({ input }) => endpoints.put(input)),
      removeEndpoint: os.targets.removeEndpoint.handler(({ input }) => endpoints.remove(input.endpointId)),
      models: os.targets.models.handler(({ input }) => answering.models(input)),
    },
    models: {
      watchOllamas: os.models.watchOllamas.handler(({ signal }) => ollamas.watch(signal)),
      watch: os.models.watch.handler(({ input, signal }) => models.watch(input.endpointId, signal)),
      show: os.models.show.handler(({ input }) => models.show(input.endpointId, input.model)),
      copy: os.models.copy.handler(({ input }) => models.copy(input.endpointId, input.model, input.to)),
      remove: os.models.remove.handler(({ input }) => models.remove(input.endpointId, input.model)),
      pull: os.models.pull.handler(({ input }) => modelPulls.pull(input)),
      create: os.models.create.handler(({ input }) => modelCreation.create(input)),
      keep: os.models.keep.handler(({ input }) => models.keep(input.endpointId, input.model, input.minutes)),
      unload: os.models.unload.handler(({ input }) => models.unload(input.endpointId, input.model)),
    },
    answerPresets: {
      watch: os.answerPresets.watch.handler(({ signal }) => answerPresets.watch(signal)),
      put: os.answerPresets.put.handler(({ input }) => answerPresets.put(input)),
      remove: os.answerPresets.remove.handler(({ input }) => answerPresets.remove(input.id)),
    },
    comparisons: {
      watch: os.comparisons.watch.handler(({ signal }) => comparisons.watch(signal)),
      begin: os.comparisons.begin.handler(({ input }) =>
        comparisons.begin(input.comparisonId, input.targets, input.settings),
      ),
      keep: os.comparisons.keep.handler(({ input }) => chat.keep(input.conversationId)),
      remove: os.comparisons.remove.handler(({ input }) => comparisons.remove(input.comparisonId)),
    },
    requests: {
      watch: os.requests.watch.handler(({ input, signal }) => answering.requests.watch(input.conversationId, signal)),
      read: os.requests.read.handler(({ input }) => answering.requests.read(input.requestId)),
      find: os.requests.find.handler(({ input }) => answering.requests.find(input.requestId)),
    },
    chat: {
      watchConversations: os.chat.watchConversations.handler(({ signal }) => chat.watchConversations(signal)),
      create: os.chat.create.handler(({ input }) => chat.create(input.target, { settings: input.settings })),
      configure: os.chat.configure.handler(({ input }) => chat.configure(input.conversationId, input.settings)),
      dismissBrokenFile: os.chat.dismissBrokenFile.handler(() => chat.dismissBrokenFile()),
      rename: os.chat.rename.handler(({ input }) => chat.rename(input.conversationId, input.title)),
      pin: os.chat.pin.handler(({ input }) => chat.pin(input.conversationId, input.pinned)),
      retarget: os.chat.retarget.handler(({ input }) => chat.retarget(input.conversationId, input.target)),
      remove: os.chat.remove.handler(({ input }) => chat.remove(input.conversationId)),
      restore: os.chat.restore.handler(({ input }) => chat.restore(input.conversationId)),
      send: os.chat.send.handler(({ input }) => chat.send(input)),
      regenerate: os.chat.regenerate.handler(({ input }) => chat.regenerate(input.conversationId, input.messageId)),
      continueAnswer: os.chat.continueAnswer.handler(({ input }) =>
        chat.continueAnswer(input.conversationId, input.messageId),
      ),
      choose: os.chat.choose.handler(({ input }) => chat.choose(input.conversationId, input.messageId)),
      removeMessage: os.chat.removeMessage.handler(({ input }) =>
        chat.removeMessage(input.conversationId, input.messageId),
      ),
      restoreMessage: os.chat.restoreMessage.handler(({ input }) =>
        chat.restoreMessage(input.conversationId, input.messageId),
      ),
      attachment: os.chat.attachment.handler(({ input }) =>
        chat.attachment(input.conversationId, input.messageId, input.index),
      ),
      stop: os.chat.stop.handler(({ input }) => chat.stop(input.conversationId, input.messageId)),
      watch: os.chat.watch.handler(({ input, signal }) => chat.watch(input.conversationId, signal)),
    },
    inspect: {
      watch: os.inspect.watch.handler(({ input, signal }) => inspection.watch(input.id, signal)),
      tree: os.inspect.tree.handler(({ input }) => inspection.tree(input.id)),
      reveal: os.inspect.reveal.handler(async ({ input }) => ({ text: await inspection.reveal(input.id, input.path) })),
    },
    stats: {
      watch: os.stats.watch.handler(({ input, signal }) => stats.watch(input.id, input.sampleCount, signal)),
      watchTotal: os.stats.watchTotal.handler(({ signal }) => totalUse.watch(signal)),
    },
    archive: {
      search: os.archive.search.handler(({ input, signal }) => archive.search(input.text, signal)),
      exportText: os.archive.exportText.handler(({ input }) => archive.exportText(input)),
      export: os.archive.export.handler(({ input }) => archive.export(input)),
      import: os.archive.import.handler(({ input }) => archive.import(input.grant)),
    },
    terminal: {
      watch: os.terminal.watch.handler(({ input, signal }) => terminals.watch(input.containerId, signal)),
      open: os.terminal.open.handler(({ input }) => terminals.open(input)),
      follow: os.terminal.follow.handler(({ input, signal }) => terminals.follow(input.sessionId, signal)),
      read: os.terminal.read.handler(({ input }) => terminals.read(input.sessionId, input.fromOffset)),
      write: os.terminal.write.handler(({ input }) => terminals.write(input.sessionId, input.text)),
      resize: os.terminal.resize.handler(({ input }) => terminals.resize(input.sessionId, input)),
      close: os.terminal.close.handler(({ input }) => terminals.closeSession(input.sessionId)),
    },
    probe: {
      run: os.probe.run.handler(({ input, signal }) => probe.run(input.id, input.probe, input.message, signal)),
    },
    settings: {
      watch: os.settings.watch.handler(({ signal }) => settings.watch(signal)),
      change: os.settings.change.handler(({ input }) => settings.change(input)),
    },
    actions: {
      watch: os.actions.watch.handler(({ signal }) => containers.actionLog.watch(signal)),
    },
    presets: {
      list: os.presets.list.handler(({ input }) => ({ presets: presets.list(input.image) })),
      save: os.presets.save.handler(({ input }) => presets.save(input.name, input.request)),
      remove: os.presets.remove.handler(({ input }) => presets.remove(input.id)),
    },
    host: {
      about: os.host.about.handler(() => host.about()),
      openLink: os.host.openLink.handler(({ input }) => host.openLink(input.url)),
      copyText: os.host.copyText.handler(({ input }) => host.copyText(input.text)),
      chooseFolder: os.host.chooseFolder.handler(async () => ({
        path: await folders.choose(() => host.chooseFolder()),
      })),
      pickSaveFile: os.host.pickSaveFile.handler(async ({ input }) => ({
        picked: fileGrants.issue(await host.pickSaveFile(input.suggestedName, input.extensions), 'save'),
      })),
      pickOpenFile: os.host.pickOpenFile.handler(async ({ input }) => ({
        picked: fileGrants.issue(await host.pickOpenFile(input.extensions), 'open'),
      })),
      newLaunchLink: os.host.newLaunchLink.handler(() => ({ url: host.newLaunchLink() })),
      watchExports: os.host.watchExports.handler(({ signal }) => host.watchExports(signal)),
      removeExport: os.host.removeExport.handler(({ input }) => host.removeExport(input.name)),
    },
  });
}
