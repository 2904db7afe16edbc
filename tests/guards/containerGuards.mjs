// @ts-check

const table = 'electron/services/containerTable.ts';
const runs = 'electron/services/containerRuns.ts';
const request = 'electron/contract/runRequest.ts';

/** What keeps containers right, and small. @type {import('./table.mjs').Guard[]} */
export const containerGuards = [
  {
    guard: 'a port is tried before it is promised',
    file: 'electron/services/hostPorts.ts',
    text: 'return !this.engineIsHere() || canBind(port);',
    broken: 'return !this.engineIsHere() || canBind(port).then(() => true);',
    tests: [
      'service/containersCalls.test.ts › says which process holds the port and which is free, and creates nothing',
    ],
  },
  {
    guard: 'never without its port',
    file: 'electron/docker/containers.ts',
    text: `if (port !== undefined) {\n    throw new Failure('PORTS_NOT_PUBLISHED'`,
    broken: `if (port === -1) {\n    throw new Failure('PORTS_NOT_PUBLISHED'`,
    tests: ['service/containersCalls.test.ts › never leaves a container running without the port it was asked for'],
  },
  {
    guard: 'nothing is left of a run that failed',
    file: runs,
    text: '      await this.takeAway(engine, id);\n      throw error;',
    broken: '      throw error;',
    tests: [
      'service/containersCalls.test.ts › tells why a container ended at once, with its last words, and removes it',
    ],
  },
  {
    guard: 'what others made under our names is left alone',
    file: 'electron/services/buildAndRun.ts',
    text: 'rows.filter((row) => row.madeByWharf && ',
    broken: 'rows.filter((row) => ',
    tests: [
      'service/imagesBuildAndRun.test.ts › leaves alone what somebody else made under its name, and what it made from an older image',
    ],
  },
  {
    guard: 'one run of twenty clicks',
    file: runs,
    text: 'if (other.asked === asked) return other.result;',
    broken: '',
    tests: ['service/containersCalls.test.ts › makes one container of twenty clicks'],
  },
  {
    guard: 'one change of twenty clicks',
    file: 'electron/services/containers.ts',
    text: 'if (under) return under;',
    broken: 'void under;',
    tests: ['service/containersCalls.test.ts › stops once for twenty clicks'],
  },
  {
    guard: 'what ended at once does not count as running',
    file: runs,
    text: `if (row.state !== 'running') {`,
    broken: `if (row.state === 'dead') {`,
    tests: [
      'service/containersCalls.test.ts › tells why a container ended at once, with its last words, and removes it',
    ],
  },
  {
    guard: 'a running container is not removed unless asked',
    file: 'renderer/features/containers/RemoveContainerDialog.tsx',
    text: 'disabled={blocked || (runs && !force)}',
    broken: 'disabled={blocked}',
    tests: ['page/containers.test.tsx › a running container is not killed unless the person says so'],
  },
  {
    guard: 'an image in use names its users',
    file: 'electron/services/images.ts',
    text: 'rows.filter((row) => row.imageId === id).map((row) => row.name);',
    broken: 'rows.filter(() => id === reference).map((row) => row.name);',
    tests: ['service/images.test.ts › that containers use is refused with their names'],
  },
  {
    guard: 'no option of the engine over the wire',
    file: request,
    text: 'export const runRequest = z\n  .strictObject({',
    broken: 'export const runRequest = z\n  .looseObject({',
    tests: ['contract/wire.test.ts › refuses %s before any service sees it'],
  },
  {
    guard: 'no folder that may not be given',
    file: request,
    text: '.refine((path) => folderRefusal(path) === null);',
    broken: `.refine((path) => folderRefusal(path) !== 'never');`,
    tests: ['contract/wire.test.ts › refuses %s before any service sees it'],
  },
  {
    guard: 'an id is no path of the engine',
    file: request,
    text: 'z.string().regex(/^[0-9a-f]{12,64}$/)',
    broken: 'z.string().min(12)',
    tests: ['contract/wire.test.ts › refuses a container id that is a path of the engine api'],
  },
  {
    guard: 'loopback only',
    file: request,
    text: `hostIp: isPublic ? '' : '127.0.0.1',`,
    broken: `hostIp: '',`,
    tests: ['service/containersCalls.test.ts › publishes on loopback only, with everything dropped and limited'],
  },
  {
    guard: 'capabilities dropped',
    file: request,
    text: `capabilitiesDropped: safe.dropCapabilities ? ['ALL'] : [],`,
    broken: 'capabilitiesDropped: [],',
    tests: ['service/containersCalls.test.ts › publishes on loopback only, with everything dropped and limited'],
  },
  {
    guard: 'no new privileges',
    file: request,
    text: `securityOptions: safe.noNewPrivileges ? ['no-new-privileges'] : [],`,
    broken: 'securityOptions: [],',
    tests: ['service/containersCalls.test.ts › publishes on loopback only, with everything dropped and limited'],
  },
  {
    guard: 'not root',
    file: request,
    text: 'user: safe.nonRoot && isRoot(imageUser) ? safeUser : null,',
    broken: 'user: null,',
    tests: [
      'unit/containerForms.test.ts › does not run as root an image that names no user, unless that was asked for',
    ],
  },
  {
    guard: 'our label',
    file: request,
    text: `labels: { [labels.managed]: 'true' },`,
    broken: 'labels: {},',
    tests: ['service/containersCalls.test.ts › publishes on loopback only, with everything dropped and limited'],
  },
  {
    guard: 'a removed container leaves the list',
    file: table,
    text: `if (event.action === 'destroy') this.drop(event.id, ++this.questions);\n      else queue.add([event.id]);`,
    broken: `if (event.action !== 'destroy') queue.add([event.id]);`,
    tests: ['service/containersWatch.test.ts › removes a row when its container was removed by somebody else'],
  },
];
