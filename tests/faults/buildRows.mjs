// @ts-check

/** @type {import('./table.mjs').Row[]} */
export const buildRows = [
  {
    row: 'a step fails; disk full; engine killed; stream cut, non-JSON, split UTF-8, 100,000 lines',
    cases: {
      'a step fails': [
        'engine/builds.test.ts › fails at the Dockerfile line of the step that failed, with its last lines',
        'unit/buildReduce.test.ts › of %s stands at its Dockerfile line with its last lines',
        'e2e/failures.test.ts › passes a failed step for a finished build, or hides which line failed and what it said',
      ],
      'disk full': [
        'engine/buildFaults.test.ts › a step that fills it says so',
        'unit/buildReduce.test.ts › that filled the disk says so',
        'engine/buildFaults.test.ts › a context that does not fit says that the disk is full, not that the engine went away',
      ],
      'engine killed': [
        'engine/buildFaults.test.ts › a killed engine interrupts a %s build; nothing is called ready and nothing hangs',
      ],
      'stream cut': [
        'engine/buildFaults.test.ts › a stream that is cut at its very last message is interrupted, never done',
        'unit/buildStream.test.ts › never passes for a finished build when it is lost before its end',
        'unit/buildStream.test.ts › cannot pass for a result: "Successfully built" without an image is interrupted',
        'service/builds.test.ts › whose stream is cut is interrupted, even after an image was named',
      ],
      'non-JSON': [
        'engine/buildFaults.test.ts › text that is no build stream ends it as interrupted, though the engine finishes and tags',
        'unit/buildStream.test.ts › with %s is interrupted even when an image follows',
      ],
      'split UTF-8': [
        'engine/buildFaults.test.ts › Korean output survives a stream that comes byte by byte',
        'unit/buildStream.test.ts › reads the same when the connection cuts it at every byte',
      ],
      '100,000 lines': [
        'engine/buildFaults.test.ts › 100,000 lines are all kept, or the engine’s own word that it clipped them',
        'unit/buildReduce.test.ts › leave only the last ones in memory',
      ],
    },
  },
  {
    row: 'base image unreachable',
    cases: {
      'which, and offline': [
        'engine/builds.test.ts › says which base image cannot be had',
        'unit/buildReduce.test.ts › is named as BuildKit fails',
        'e2e/failures.test.ts › tells of a base image that cannot be had as of any failed step',
      ],
      'ways on': [
        'page/buildHistory.test.tsx › leads on from a base image that cannot be had: another one, an archive, the setting',
      ],
    },
  },
  {
    row: 'cancel',
    cases: {
      build: [
        'engine/builds.test.ts › stops its work when the build is cancelled',
        'unit/docker/stream.test.ts › destroys its source when its signal aborts while the reader is busy with a chunk',
        'e2e/tasks.test.ts › says that it cancelled while the engine goes on building',
      ],
      pull: ['engine/pulls.test.ts › that is cancelled stops the engine: its connections end and no image is left'],
    },
  },
  {
    row: 'context with symlink out, FIFO, device, 2 GB file',
    cases: {
      symlink: ['unit/buildContext.test.ts › when a link leaves it, however it is written'],
      FIFO: ['unit/buildContext.test.ts › when it holds a FIFO, instead of waiting for a writer'],
      'FIFO and device on a real engine': [
        'engine/buildFaults.test.ts › with %s is refused by name instead of hanging, and nothing reaches the engine',
      ],
      '2 GB': [
        'unit/buildContext.test.ts › goes over the wire piece by piece: a file of 2 GB is never held in memory',
        'unit/fileSync.test.ts › waits for an engine that does not read: a file of 2 GB is never held in memory',
      ],
    },
  },
  {
    row: 'port held by a process or a container; name taken by ours or by another’s',
    cases: {
      process: [
        'engine/containers.test.ts › says which process or container has the port',
        'service/containersCalls.test.ts › says which process holds the port and which is free, and creates nothing',
        'e2e/failures.test.ts › does not know the process that holds a port, or offers one that is taken too',
      ],
      container: [
        'service/containersCalls.test.ts › says which container holds the port',
        'e2e/failures.test.ts › does not know the container that holds a port, or offers no other',
      ],
      name: [
        "service/containersCalls.test.ts › leaves another's container of the same name alone",
        'service/imagesBuildAndRun.test.ts › leaves alone what somebody else made under its name, and what it made from an older image',
        "engine/containers.test.ts › says who has the name, and leaves another's container as it is",
      ],
      'no zombie': [
        'service/containersCalls.test.ts › leaves no container behind when its port was taken before the start',
      ],
      'never without its port': [
        'service/containersCalls.test.ts › never leaves a container running without the port it was asked for',
        'engine/containers.test.ts › does not start a stopped container whose port was taken meanwhile, and starts it with its port afterwards',
      ],
    },
  },
  {
    row: 'image in use; tagged twice',
    cases: {
      'in use': [
        'engine/imageArchives.test.ts › of an image in use names every container that uses it, running or not',
        'page/images.test.tsx › an image in use is not offered for removal: who uses it is named',
      ],
      'tagged twice': [
        'engine/imageArchives.test.ts › of an image with two tags only untags, and by its id says that there are two',
      ],
      'no force': [
        'service/images.test.ts › that containers use is refused with their names',
        'page/containers.test.tsx › a running container is not killed unless the person says so',
      ],
    },
  },
  {
    row: 'double click x20, two windows',
    cases: {
      container: [
        'engine/containers.test.ts › is made once by twenty clicks',
        'service/containersCalls.test.ts › makes one container of twenty clicks',
      ],
      build: ['engine/buildFaults.test.ts › twenty clicks from two windows make one build on the engine'],
      stop: ['service/containersCalls.test.ts › stops once for twenty clicks'],
      'build and run': [
        'service/imagesBuildAndRun.test.ts › runs once at a time, not even twice for twenty clicks at once',
      ],
      'the button': ['e2e/tasks.test.ts › does not start one task when it is clicked twice, %i ms a click'],
    },
  },
  {
    row: 'exits at once (1, 127, 137); crash loop; ignores SIGTERM; stuck `removing`; health flips',
    cases: {
      'exits at once': [
        'engine/containerFaults.test.ts › %s says so with its code and last words, and none is left behind',
        'service/containersCalls.test.ts › tells why a container ended at once, with its last words, and removes it',
        'component/words.test.ts › %i is not left as a bare number',
      ],
      'killed for memory': [
        'engine/containerFaults.test.ts › runs out of memory, and the row says so beside the limit',
      ],
      'crash loop': ['engine/containerFaults.test.ts › in a crash loop is counted, and others can be used meanwhile'],
      'ignores SIGTERM': [
        'engine/containerFaults.test.ts › ignores SIGTERM and is killed after its grace, which the row says',
      ],
      'stuck `removing`': [
        'service/containersCalls.test.ts › says that a container runs, is being removed, or is gone',
      ],
      'health flips': ['engine/containerFaults.test.ts › flips its health, and the row follows each time'],
    },
  },
  {
    row: 'forbidden options asked over the wire',
    cases: {
      'Privileged, a bind of `/`': ['contract/wire.test.ts › refuses %s before any service sees it'],
      'a path for an id': ['contract/wire.test.ts › refuses a container id that is a path of the engine api'],
      folders: [
        'unit/hostFolders.test.ts › gives no folder that nobody chose, however much its name looks like one that was',
        'unit/hostFolders.test.ts › whether %s may be given to a container: %s',
      ],
    },
  },
  {
    row: 'removed outside the app',
    cases: {
      'its page': [
        'page/containers.test.tsx › a container removed elsewhere does not leave a dead page, and its successor is offered',
        'e2e/failures.test.ts › goes on showing a container that was removed outside, or leads nowhere from there',
      ],
      'its row': ['service/containersWatch.test.ts › removes a row when its container was removed by somebody else'],
      'an image': ['page/image.test.tsx › that was removed outside says so, and the way back works'],
    },
  },
];
