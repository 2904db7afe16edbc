import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { containerId } from '../../electron/contract/runRequest';
import { HomePage } from '../features/home/HomePage';
import { logAddressOf } from '../lib/logAddress';
import {
  type ContainerFilter,
  type ContainerSort,
  containerTabs,
  type ImageFilter,
  type ImageTab,
} from '../lib/places';
import { Frame } from './Frame';
import { NotFound, PageFailed } from './PageFailed';

type Search = Record<string, unknown>;
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const oneOf = <T extends string>(value: unknown, choices: readonly T[]) => choices.find((choice) => choice === value);

const containerFilters: readonly ContainerFilter[] = ['all', 'running', 'wharf'];
const sortable: readonly ContainerSort[] = ['name', 'state', 'image', 'ports', 'since', 'created'];
/** `name` is upwards, `-name` downwards. */
const containerSorts = sortable.flatMap((column) => [column, `-${column}`]);
const containerIdOf = (value: unknown) => (containerId.safeParse(value).success ? (value as string) : undefined);
const imageFilters: readonly ImageFilter[] = ['all', 'used', 'unused', 'dangling', 'wharf'];
const imageTabs: readonly ImageTab[] = ['overview', 'layers', 'inspect'];

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });
const under = () => root;

/** The routes; `lib/places.ts` writes their addresses. Each page is a chunk of its own. */
const routes = [
  createRoute({
    getParentRoute: under,
    path: '/',
    // The page that every start shows comes with the frame: no second trip for it.
    component: HomePage,
  }),
  createRoute({
    getParentRoute: under,
    path: '/containers',
    validateSearch: (search: Search) => ({
      show: oneOf(search.show, containerFilters),
      find: text(search.find),
      sort: oneOf(search.sort, containerSorts),
    }),
    component: lazyRouteComponent(() => import('./pages/ContainersRoute'), 'ContainersRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/run',
    validateSearch: (search: Search) => ({
      image: text(search.image),
      like: containerIdOf(search.like),
      replace: containerIdOf(search.replace),
      ollama: containerIdOf(search.ollama),
    }),
    component: lazyRouteComponent(() => import('./pages/RunRoute'), 'RunRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/ollama',
    component: lazyRouteComponent(() => import('./pages/RunOllamaRoute'), 'RunOllamaRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/containers/$containerId',
    validateSearch: (search: Search) => ({ tab: oneOf(search.tab, containerTabs), ...logAddressOf(search) }),
    component: lazyRouteComponent(() => import('./pages/ContainerRoute'), 'ContainerRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/logs',
    validateSearch: (search: Search) => ({
      containers: text(search.containers),
      panes: text(search.panes),
      ...logAddressOf(search),
    }),
    component: lazyRouteComponent(() => import('./pages/LogsRoute'), 'LogsRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/images',
    validateSearch: (search: Search) => ({ show: oneOf(search.show, imageFilters), find: text(search.find) }),
    component: lazyRouteComponent(() => import('./pages/ImagesRoute'), 'ImagesRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/images/$imageId',
    validateSearch: (search: Search) => ({ tab: oneOf(search.tab, imageTabs) }),
    component: lazyRouteComponent(() => import('./pages/ImageRoute'), 'ImageRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/models',
    validateSearch: (search: Search) => ({ ollama: text(search.ollama), find: text(search.find) }),
    component: lazyRouteComponent(() => import('./pages/ModelsRoute'), 'ModelsRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/models/$model',
    validateSearch: (search: Search) => ({ ollama: text(search.ollama) }),
    component: lazyRouteComponent(() => import('./pages/ModelRoute'), 'ModelRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/pull',
    validateSearch: (search: Search) => ({ image: text(search.image) }),
    component: lazyRouteComponent(() => import('./pages/PullRoute'), 'PullRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/transfers/$taskId',
    component: lazyRouteComponent(() => import('./pages/TransferRoute'), 'TransferRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/disk',
    component: lazyRouteComponent(() => import('./pages/DiskRoute'), 'DiskRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/kit',
    component: lazyRouteComponent(() => import('./pages/KitRoute'), 'KitRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/build',
    validateSearch: (search: Search) => ({
      from: text(search.from),
      folder: text(search.folder),
      dockerfile: text(search.dockerfile),
    }),
    component: lazyRouteComponent(() => import('./pages/BuildFormRoute'), 'BuildFormRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/builds',
    validateSearch: (search: Search) => ({ find: text(search.find) }),
    component: lazyRouteComponent(() => import('./pages/BuildHistoryRoute'), 'BuildHistoryRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/builds/compare',
    validateSearch: (search: Search) => ({ one: text(search.one), other: text(search.other) }),
    component: lazyRouteComponent(() => import('./pages/CompareBuildsRoute'), 'CompareBuildsRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/builds/$taskId',
    component: lazyRouteComponent(() => import('./pages/BuildRoute'), 'BuildRoute'),
  }),
  createRoute({
    getParentRoute: under,
    // One route, so that the page stays as it is when its first message makes the conversation.
    path: '/chat/{-$conversationId}',
    validateSearch: (search: Search) => ({ container: text(search.container), message: text(search.message) }),
    component: lazyRouteComponent(() => import('./pages/ChatRoute'), 'ChatRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/compare/{-$comparisonId}',
    component: lazyRouteComponent(() => import('./pages/CompareRoute'), 'CompareRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/activity',
    component: lazyRouteComponent(() => import('./pages/ActivityRoute'), 'ActivityRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/doctor',
    component: lazyRouteComponent(() => import('./pages/DoctorRoute'), 'DoctorRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/settings',
    component: lazyRouteComponent(() => import('./pages/SettingsRoute'), 'SettingsRoute'),
  }),
  createRoute({
    getParentRoute: under,
    path: '/help/{-$topic}',
    component: lazyRouteComponent(() => import('./pages/HelpRoute'), 'HelpRoute'),
  }),
];

/** The page's router, on the part of the address behind `#`: nothing is asked from a server. */
export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren(routes),
    history: createHashHistory(),
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    defaultPendingMs: 150,
  });
}
