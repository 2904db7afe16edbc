import type { ContractRouterClient } from '@orpc/contract';
import { actions } from './actions';
import { answerPresets } from './answerPresets';
import { archive } from './archive';
import { builds } from './builds';
import { chat } from './chat';
import { comparisons } from './comparisons';
import { containers } from './containers';
import { disk } from './diskUse';
import { doctor } from './doctor';
import { drops } from './drops';
import { engine } from './engine';
import { host } from './host';
import { imageArchives } from './imageArchives';
import { images } from './images';
import { inspect } from './inspect';
import { lines } from './lines';
import { models } from './models';
import { ollamaContainer } from './ollamaContainer';
import { presets } from './presets';
import { probe } from './probe';
import { requests } from './requests';
import { settings } from './settings';
import { stats } from './stats';
import { targets } from './targets';
import { tasks } from './tasks';
import { terminal } from './terminal';
import { updates } from './updates';

/**
 * THE list of every call and watch between the page and whoever serves it. A call is a verb and changes or tells
 * something once; a watch is `watch...` or `follow` and yields a snapshot first, then what changed. Nothing else crosses.
 * Any of them may also fail with INTERNAL (a defect, logged under an id) or BAD_REQUEST (the input does not parse).
 */
export const api = {
  engine,
  doctor,
  containers,
  ollamaContainer,
  images,
  builds,
  imageArchives,
  disk,
  drops,
  tasks,
  lines,
  chat,
  archive,
  inspect,
  stats,
  targets,
  models,
  answerPresets,
  comparisons,
  requests,
  probe,
  settings,
  host,
  actions,
  presets,
  terminal,
  updates,
};

/** The api as its user sees it: functions that answer with promises, of values or of async iterators. */
export type Api = ContractRouterClient<typeof api>;
