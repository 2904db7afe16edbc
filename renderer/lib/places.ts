import type { LogAddress } from './logAddress';

/** Filters of the container table; they stand in the address. */
export type ContainerFilter = 'all' | 'running' | 'wharf';
/** Columns that the container table can be sorted by. */
export type ContainerSort = 'name' | 'state' | 'image' | 'ports' | 'since' | 'created';
/** Tabs of a container's page, in their order; the one that is open stands in the address. */
export const containerTabs = [
  'overview',
  'logs',
  'stats',
  'chat',
  'api',
  'environment',
  'inspect',
  'terminal',
] as const;
export type ContainerTab = (typeof containerTabs)[number];
/** Filters of the list of images; they stand in the address. */
export type ImageFilter = 'all' | 'used' | 'unused' | 'dangling' | 'wharf';
/** Tabs of an image's page. */
export type ImageTab = 'overview' | 'layers' | 'inspect';

// The routes parse what stands in an address; the router's own types for it need the whole tree.
const untyped = (part: object) => part as never;

/** The address of a conversation for a plain link: rows of long lists go without the router's own. */
export const conversationHref = (conversationId: string) => `#/chat/${encodeURIComponent(conversationId)}`;

/** The address of a model for a plain link, as that of a conversation. */
export const modelHref = (model: string, endpointId: string) =>
  `#/models/${encodeURIComponent(model)}?ollama=${encodeURIComponent(endpointId)}`;

/**
 * Every address of the page, as `Link` and `useNavigate` take it: `<Link {...places.container(id)}>`. The routes in
 * `app/router.tsx` are their other half.
 */
export const places = {
  home: () => ({ to: '/' as const }),
  containers: (search: { show?: ContainerFilter; find?: string; sort?: string } = {}) => ({
    to: '/containers' as const,
    search: untyped(search),
  }),
  /** The run form: empty, for an image, or filled in from a container (by id), to run another one or to replace it; `ollama` is the container that answers. */
  runContainer: (search: { image?: string; like?: string; replace?: string; ollama?: string } = {}) => ({
    to: '/run' as const,
    search: untyped(search),
  }),
  /** The form that runs Ollama in a container. */
  runOllama: () => ({ to: '/ollama' as const }),
  container: (containerId: string, tab: ContainerTab = 'overview') => ({
    to: '/containers/$containerId' as const,
    params: untyped({ containerId }),
    search: untyped(tab === 'overview' ? {} : { tab }),
  }),
  /** Logs of several containers (by id): in one, ordered by time, or side by side; without any, the choice of them. */
  logs: ({ ids = [], side = false }: { ids?: readonly string[]; side?: boolean } = {}, address: LogAddress = {}) => ({
    to: '/logs' as const,
    search: untyped(ids.length === 0 ? {} : { [side ? 'panes' : 'containers']: ids.join('.'), ...address }),
  }),
  images: (search: { show?: ImageFilter; find?: string } = {}) => ({ to: '/images' as const, search: untyped(search) }),
  image: (imageId: string, tab: ImageTab = 'overview') => ({
    to: '/images/$imageId' as const,
    params: untyped({ imageId }),
    search: untyped(tab === 'overview' ? {} : { tab }),
  }),
  /** The models of an Ollama (by its endpoint's id); without one, of the one that is used. */
  models: (search: { ollama?: string; find?: string } = {}) => ({ to: '/models' as const, search: untyped(search) }),
  /** The form that pulls an image, with its name filled in. */
  pullImage: (search: { image?: string } = {}) => ({ to: '/pull' as const, search: untyped(search) }),
  diskUse: () => ({ to: '/disk' as const }),
  offlineKit: () => ({ to: '/kit' as const }),
  /** A pull, save, load or prune by its task. */
  transfer: (taskId: string) => ({ to: '/transfers/$taskId' as const, params: untyped({ taskId }) }),
  /** The build form; `from` is an earlier build to begin with, `folder` and `dockerfile` another start. */
  buildImage: (search: { from?: string; folder?: string; dockerfile?: string } = {}) => ({
    to: '/build' as const,
    search: untyped(search),
  }),
  buildHistory: (search: { find?: string } = {}) => ({ to: '/builds' as const, search: untyped(search) }),
  compareBuilds: (search: { one: string; other: string }) => ({
    to: '/builds/compare' as const,
    search: untyped(search),
  }),
  build: (taskId: string) => ({ to: '/builds/$taskId' as const, params: untyped({ taskId }) }),
  /** The chat; with `container`, a new conversation with that container (by id). */
  chat: (search: { container?: string } = {}) => ({
    to: '/chat/{-$conversationId}' as const,
    params: untyped({ conversationId: undefined }),
    search: untyped(search),
  }),
  /** A conversation; with `message`, at that message (by id). */
  conversation: (conversationId: string, search: { message?: string } = {}) => ({
    to: '/chat/{-$conversationId}' as const,
    params: untyped({ conversationId }),
    search: untyped(search),
  }),
  /** A new comparison. */
  compare: () => ({ to: '/compare/{-$comparisonId}' as const, params: untyped({ comparisonId: undefined }) }),
  comparison: (comparisonId: string) => ({
    to: '/compare/{-$comparisonId}' as const,
    params: untyped({ comparisonId }),
  }),
  /** The log of a container, narrowed to what holds `find`. */
  containerLog: (containerId: string, find: string) => ({
    to: '/containers/$containerId' as const,
    params: untyped({ containerId }),
    search: untyped({ tab: 'logs', find }),
  }),
  activity: () => ({ to: '/activity' as const }),
  settings: () => ({ to: '/settings' as const }),
  /** The help, at one of its topics. */
  help: (topic?: string) => ({ to: '/help/{-$topic}' as const, params: untyped({ topic }) }),
  doctor: () => ({ to: '/doctor' as const }),
};
