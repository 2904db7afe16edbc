/** Who may import whom; `scripts/check.mjs` also asserts that modules were cruised at all. See docs/architecture.md. */
// @ts-check
/** @param {string} name */
const folder = (name) => `^${name}/`;
/**
 * @param {string} name
 * @param {string} comment
 * @param {object} from
 * @param {object} to
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbid('no-cycles', 'A cycle hides which of its files comes first.', {}, { circular: true }),
    forbid(
      'contract-is-pure',
      'The contract is what both sides agree on: it imports neither side, nor Node.',
      { path: folder('electron/contract') },
      { pathNot: [folder('electron/contract'), 'node_modules/(zod|@orpc/contract)/'] },
    ),
    forbid(
      'rpc-knows-no-domain',
      'How the contract travels does not depend on what it says.',
      { path: folder('electron/rpc') },
      { path: '^electron/|^renderer/', pathNot: [folder('electron/rpc'), folder('electron/contract')] },
    ),
    forbid(
      'docker-stands-alone',
      'The engine layer knows the contract and nothing above it.',
      { path: folder('electron/docker') },
      { path: '^electron/|^renderer/', pathNot: [folder('electron/docker'), folder('electron/contract')] },
    ),
    forbid(
      'services-below-the-roots',
      'Services are plain Node: no shell, no page.',
      { path: folder('electron/services') },
      { path: ['^electron/(shell/|web/|main|headless|preload|buildImage)', '^renderer/'] },
    ),
    forbid(
      'only-shell-reaches-electron',
      'Only shell/, main.ts and preload.ts may reach Electron, even through others.',
      { path: '^electron/(contract|rpc|docker|services|web)/|^electron/(headless|buildImage)' },
      { path: '^electron$|node_modules/electron/', reachable: true },
    ),
    forbid(
      'only-docker-imports-dockerode',
      'Services see the engine through `Engine`.',
      { pathNot: folder('electron/docker') },
      { path: 'node_modules/(dockerode|docker-modem)/' },
    ),
    forbid(
      'page-sees-only-the-contract',
      'The page shares nothing with main but the contract.',
      { path: folder('renderer') },
      { path: '^electron/', pathNot: folder('electron/contract') },
    ),
    forbid(
      'page-has-no-node',
      'The page runs without Node.',
      { path: folder('renderer') },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'features-are-islands',
      'Features share through live/ (data) or ui/ (looks); app/ composes them.',
      { path: '^renderer/features/([^/]+)/' },
      { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    ),
    forbid(
      'features-below-app',
      'Only app/ and main.tsx know the features.',
      { path: '^renderer/(features|live|ui|lib)/' },
      { path: '^renderer/(app/|main)' },
    ),
    forbid(
      'live-ui-lib-below-features',
      'Shared layers do not know who uses them.',
      { path: '^renderer/(live|ui|lib)/' },
      { path: '^renderer/features/' },
    ),
    forbid('ui-knows-no-domain', 'Components without domain.', { path: '^renderer/ui/' }, { path: '^renderer/live/' }),
    forbid(
      'product-without-tests',
      'Nothing that ships imports tests or scripts.',
      { path: '^(electron|renderer)/' },
      { path: '^(tests|scripts)/' },
    ),
    forbid(
      'no-unresolved',
      'Every import resolves.',
      {},
      { couldNotResolve: true, pathNot: '\\?worker|\\?url|\\?raw' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.css'],
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
