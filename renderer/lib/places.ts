/** Filters of the container table; they stand in the address. */
export type ContainerFilter = 'all' | 'running' | 'wharf';
/** Tabs of a container's page. */
export type ContainerTab = 'overview' | 'logs';

// The routes parse what stands in an address; the router's own types for it need the whole tree.
const untyped = (part: object) => part as never;

/**
 * Every address of the page, as `Link` and `useNavigate` take it: `<Link {...places.container(id)}>`. The routes in
 * `app/router.tsx` are their other half.
 */
export const places = {
  home: () => ({ to: '/' as const }),
  containers: (search: { show?: ContainerFilter; find?: string } = {}) => ({
    to: '/containers' as const,
    search: untyped(search),
  }),
  runContainer: (search: { image?: string } = {}) => ({ to: '/run' as const, search: untyped(search) }),
  container: (containerId: string, tab: ContainerTab = 'overview') => ({
    to: '/containers/$containerId' as const,
    params: untyped({ containerId }),
    search: untyped(tab === 'overview' ? {} : { tab }),
  }),
  images: (search: { find?: string } = {}) => ({ to: '/images' as const, search: untyped(search) }),
  buildImage: () => ({ to: '/build' as const }),
  build: (taskId: string) => ({ to: '/builds/$taskId' as const, params: untyped({ taskId }) }),
  /** The chat; with `container`, a new conversation with that container (by id). */
  chat: (search: { container?: string } = {}) => ({ to: '/chat' as const, search: untyped(search) }),
  conversation: (conversationId: string) => ({
    to: '/chat/$conversationId' as const,
    params: untyped({ conversationId }),
  }),
  activity: () => ({ to: '/activity' as const }),
  settings: () => ({ to: '/settings' as const }),
};
