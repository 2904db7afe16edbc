/** Filters of the container table; they stand in the address. */
export type ContainerFilter = 'all' | 'running' | 'wharf';
/** Tabs of a container's page. */
export type ContainerTab = 'overview' | 'logs';

/**
 * Every address of the page, as `Link` and `useNavigate` take it: `<Link {...places.container(id)}>`. The routes in
 * `app/router.tsx` are their other half.
 */
export const places = {
  home: () => ({ to: '/' as const }),
  containers: (search: { show?: ContainerFilter; find?: string } = {}) => ({ to: '/containers' as const, search }),
  runContainer: (search: { image?: string } = {}) => ({ to: '/run' as const, search }),
  container: (containerId: string, tab: ContainerTab = 'overview') => ({
    to: '/containers/$containerId' as const,
    params: { containerId },
    search: tab === 'overview' ? {} : { tab },
  }),
  images: (search: { find?: string } = {}) => ({ to: '/images' as const, search }),
  buildImage: () => ({ to: '/build' as const }),
  build: (taskId: string) => ({ to: '/builds/$taskId' as const, params: { taskId } }),
  /** The chat; with `container`, a new conversation with that container (by id). */
  chat: (search: { container?: string } = {}) => ({ to: '/chat' as const, search }),
  conversation: (conversationId: string) => ({ to: '/chat/$conversationId' as const, params: { conversationId } }),
  activity: () => ({ to: '/activity' as const }),
  settings: () => ({ to: '/settings' as const }),
};
