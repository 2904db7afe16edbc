// @ts-check

const table = 'electron/services/containerTable.ts';
const link = 'electron/services/engine.ts';

/** What keeps the list and builds right. @type {import('./table.mjs').Guard[]} */
export const engineGuards = [
  {
    guard: 'no permission is not absence',
    file: 'electron/docker/toFailure.ts',
    text: `EACCES: 'permission',`,
    broken: `EACCES: 'absent',`,
    tests: ['unit/docker/toFailure.test.ts › takes %s for an engine that is %s'],
  },
  {
    guard: 'what answers HTTP is not yet an engine',
    file: 'electron/docker/connect.ts',
    text: `if (typeof version?.ApiVersion !== 'string' ||`,
    broken: `if (version?.ApiVersion === '' && `,
    tests: [
      'service/engineConnect.test.ts › does not take a web server, or something that speaks no HTTP, for an engine',
    ],
  },
  {
    guard: 'too old is refused',
    file: 'electron/docker/connect.ts',
    text: 'if (compareApi(engineNewest, oldestApi) < 0) return null;',
    broken: '',
    tests: [
      'service/engineConnect.test.ts › refuses an engine that is too old, or of another kind, without naming both versions',
    ],
  },
  {
    guard: 'rows of a lost engine are called old',
    file: table,
    text: 'if (this.stale || !this.listed) return;',
    broken: 'if (!this.stale || !this.listed) return;',
    tests: [
      'service/containersWatch.test.ts › says that rows are old while the engine is gone, and replaces them when it is back',
      'service/containersWatch.test.ts › says that rows are old while the engine is silent',
    ],
  },
  {
    guard: 'a silent engine is noticed',
    file: link,
    text: 'await engine.ping(this.timing.pingTimeoutMs);',
    broken: '',
    tests: [
      'service/engineLink.test.ts › calls an engine that takes connections and stays silent not answering, and keeps its streams',
    ],
  },
  {
    guard: 'a call without an answer ends',
    file: 'electron/docker/request.ts',
    text: '    timedOut = true;\n    abort();',
    broken: '    timedOut = true;',
    tests: ['service/engineConnect.test.ts › gives up a call that gets no answer, and closes its socket'],
  },
  {
    guard: 'one log line a minute',
    file: link,
    text: 'if (this.now() - this.loggedAtMs < this.timing.logEveryMs) return;',
    broken: '',
    tests: [
      'service/engineLink.test.ts › finds an engine that appears later, and logs one line for 20 failures in a row',
    ],
  },
  {
    guard: 'back-off',
    file: link,
    text: 'this.timing.firstRetryMs * 2 ** Math.min(this.failures - 1, 10),',
    broken: 'this.timing.firstRetryMs,',
    tests: ['service/engineLink.test.ts › waits longer after each failure, up to a limit, and never exactly as long'],
  },
  {
    guard: 'a line that is no JSON does not end the events',
    file: 'electron/docker/ndjson.ts',
    text: '  } catch {\n    return undefined;\n  }',
    broken: '  } catch (error) {\n    throw error;\n  }',
    tests: ['unit/docker/ndjson.test.ts › goes on after lines that are no JSON, empty, half, or not UTF-8'],
  },
  {
    guard: 'lines without end are skipped',
    file: 'electron/docker/ndjson.ts',
    text: '    parts = [];\n    if (!wasTooLong) onSkipped();',
    broken: '    parts.push(part);\n    if (!wasTooLong) onSkipped();',
    tests: ['unit/docker/ndjson.test.ts › skips a line of 300 MB without keeping it, and reads the next'],
  },
  {
    guard: 'an inspect that was cut is asked again',
    file: table,
    text: 'void delay(this.timing.firstReopenMs, signal).then(again);',
    broken: 'void again;',
    tests: [
      'service/containersWatch.test.ts › leaves a row old whose inspect was cut, although events and pings go on',
    ],
  },
  {
    guard: 'a list of images that was cut is asked for again',
    file: 'electron/services/imageList.ts',
    text: 'await delay(this.timing.retryMs, this.closing.signal);\n    this.dirty = true;',
    broken: 'void this.timing.retryMs;',
    tests: ['service/images.test.ts › stays old for a minute after one list was cut, although the engine answers'],
  },
  {
    guard: 'the healing list',
    file: table,
    text: '      this.emit(change);\n      queue.add(',
    broken: '      queue.add(',
    tests: ['service/containersWatch.test.ts › heals with a list what events did not tell'],
  },
  {
    guard: 'the event stream opens before the list',
    file: table,
    text: `const streamOver = this.readEvents(engine, queue, scope.signal, opened).then(() => 'over' as const);
      // Whoever races it below hears of its failure; without a listener in between it would count as unhandled.
      streamOver.catch(() => {});
      if ((await Promise.race([streamOver, open])) === 'over') return;
      for (let first = true; !signal.aborted; first = false) {
        const list = this.list(engine, queue, scope.signal, first);`,
    broken: `const early = this.list(engine, queue, scope.signal, true);
      await early;
      const streamOver = this.readEvents(engine, queue, scope.signal, opened).then(() => 'over' as const);
      await open;
      for (let first = true; !signal.aborted; first = false) {
        const list = first ? early : this.list(engine, queue, scope.signal, first);`,
    tests: ['service/containersWatch.test.ts › shows a container that was created between subscribing and listing'],
  },
  {
    guard: 'an answer to an older question is dropped',
    file: table,
    text: 'if ((this.askedFor.get(row.id) ?? 0) > question) return;',
    broken: '',
    tests: [
      'service/containersWatch.test.ts › does not bring a removed container back with the answer to an earlier inspect',
    ],
  },
  {
    guard: 'no other engine by itself',
    file: link,
    text: 'const targets = this.target ? [this.target] : this.options.candidates();',
    broken: 'const targets = this.options.candidates();',
    tests: ['service/engineLink.test.ts › does not go over to another engine by itself, only when asked'],
  },
  {
    guard: 'after sleep all is asked again',
    file: link,
    text: `(this.state.value.phase === 'ready' && !slept)) return;`,
    broken: `this.state.value.phase === 'ready') return;`,
    tests: [
      'service/engineLink.test.ts › lists and opens streams again after sleep, once, though the engine answers as if nothing had been',
      'service/engineLink.test.ts › notices sleep although a service that lost its stream asks before the timer does, or a ping was under way',
    ],
  },
  {
    guard: 'host keys',
    file: 'electron/docker/sshLogin.ts',
    text: `if (verdict === 'known') return true;`,
    broken: `if (verdict !== 'revoked') return true;`,
    tests: [
      'engine/sshEngine.test.ts › is reached through its jump hosts, each of which must show a known key',
      'engine/sshEngine.test.ts › is refused when its key is another than the known one, also of another kind, or was revoked',
    ],
  },
  {
    guard: 'nothing is deleted on another engine than the one shown',
    file: 'renderer/features/containers/RemoveContainerDialog.tsx',
    text: `const blocked = guard !== 'same' || container == null;`,
    broken: 'const blocked = container == null;',
    tests: [
      'page/containers.test.tsx › an engine that is switched while the dialog is open is not the one that loses a container',
    ],
  },
  {
    guard: 'rows of a list are completed behind it',
    file: table,
    text: 'queue.add(this.rows.keys());',
    broken: '',
    tests: ['service/containersWatch.test.ts › lists 500 containers with one request and completes them behind it'],
  },
  {
    guard: 'the error line of a build',
    file: 'electron/docker/errorIn.ts',
    text: `if (typeof errorDetail?.message === 'string') return errorDetail.message;\n  if (error === undefined) return null;`,
    broken: 'if (error !== null || errorDetail) return null;',
    tests: ['unit/buildReduce.test.ts › of %s stands at its Dockerfile line with its last lines'],
  },
  {
    guard: 'a build is done only after its stream ended well',
    file: 'electron/docker/reduceBuild.ts',
    text: 'return change.complete && state.imageId !== null',
    broken: 'return state.imageId !== null',
    tests: [
      'unit/buildStream.test.ts › never passes for a finished build when it is lost before its end',
      'service/builds.test.ts › whose stream is cut is interrupted, even after an image was named',
    ],
  },
  {
    guard: 'a build is done only with an image',
    file: 'electron/docker/reduceBuild.ts',
    text: 'return change.complete && state.imageId !== null',
    broken: 'return change.complete',
    tests: [
      'unit/buildStream.test.ts › cannot pass for a result: "Successfully built" without an image is interrupted',
    ],
  },
  {
    guard: 'few lines of a build in memory',
    file: 'electron/docker/reduceBuild.ts',
    text: 'const lines = [...(record.lastLines[id] ?? []), ...texts].slice(-rememberedLines);',
    broken: 'const lines = [...(record.lastLines[id] ?? []), ...texts].slice(-2_000);',
    tests: ['unit/buildReduce.test.ts › leave only the last ones in memory'],
  },
  {
    guard: 'a full disk has its own words',
    file: 'electron/docker/reduceBuild.ts',
    text: `if (isDiskFull(message)) return { code: 'DISK_FULL', details: { message } };`,
    broken: 'void isDiskFull;',
    tests: ['unit/buildReduce.test.ts › that filled the disk says so'],
  },
  {
    guard: 'which base image',
    file: 'electron/docker/reduceBuild.ts',
    text: 'if (image !== null) return baseImageFailure(image, message);',
    broken: 'if (image === null) return baseImageFailure(image ?? message, message);',
    tests: ['unit/buildReduce.test.ts › is named as BuildKit fails'],
  },
  {
    guard: 'cancelling hangs up',
    file: 'electron/docker/stream.ts',
    text: '  const onAbort = () => {\n    stream.destroy();',
    broken: '  const onAbort = () => {',
    tests: [
      'unit/docker/stream.test.ts › destroys its source when its signal aborts while the reader is busy with a chunk',
    ],
  },
  {
    guard: 'no link out of a build folder',
    file: 'electron/docker/contextWalk.ts',
    text: `else visitor.refused(refusedContext(path, 'linkOutside'));`,
    broken: 'else visitor.sent(path, stats);',
    tests: ['unit/buildContext.test.ts › when a link leaves it, however it is written'],
  },
  {
    guard: 'no FIFO in a build folder',
    file: 'electron/docker/contextWalk.ts',
    text: `visitor.refused(refusedContext(path, 'specialFile'));`,
    broken: 'void refusedContext;',
    tests: ['unit/buildContext.test.ts › when it holds a FIFO, instead of waiting for a writer'],
  },
  {
    guard: 'an engine’s certificate is checked',
    file: 'electron/docker/openDocker.ts',
    text: 'rejectUnauthorized: true',
    broken: 'rejectUnauthorized: false',
    tests: [
      'engine/tlsEngine.test.ts › is refused for a wrong authority, an expired certificate and a wrong name, even where checks are switched off',
    ],
  },
  {
    guard: 'plain tcp is allowed, not assumed',
    file: 'electron/docker/openDocker.ts',
    text: '!trust.isPlainAllowed(address)',
    broken: 'false',
    tests: ['engine/tlsEngine.test.ts › is contacted by nobody unless that was allowed for its very address'],
  },
  {
    guard: 'a call meant for one engine is not done on another',
    file: 'electron/services/handlers.ts',
    text: 'engineLink.mustBeAt(context.meantEngine)',
    broken: 'void 0',
    tests: ['contract/services.test.ts › removes nothing on the engine in use that a page meant for another one'],
  },
];
