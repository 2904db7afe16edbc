import type { LinkProps } from '@tanstack/react-router';
import { assertNever } from '../../electron/contract/failures';
import type { Task } from '../../electron/contract/tasks';
import type { Translate } from './i18n';
import type { taskTexts } from './locales/taskWords';
import { places } from './places';

/** What a task is called. */
export function taskTitle(task: Task, t: Translate<(typeof taskTexts)['en']>): string {
  const { subject } = task;
  switch (subject.kind) {
    case 'build':
    case 'buildAndRun':
      return t(subject.kind, { tag: subject.tag });
    case 'pull':
      return t('pull', { image: subject.image });
    case 'saveImages':
      return t(subject.isKit ? 'saveKit' : 'saveImages', { file: subject.fileName });
    case 'loadImages':
      return t(subject.kit === null ? 'loadImages' : 'loadKit', { file: subject.fileName });
    case 'loadModels':
      return t('loadModels', { name: subject.containerName });
    case 'prune':
      return t('prune');
    case 'saveLog':
      return t('saveLog', { name: subject.name, file: subject.fileName });
    case 'pullModel':
    case 'createModel':
      return t(subject.kind, { model: subject.model });
    case 'replaceContainer':
      return t('replaceContainer', { name: subject.name });
    case 'runOllama':
      return t('runOllama', { name: subject.name });
    default:
      return assertNever(subject);
  }
}

/** The page that shows a task in full; null where Activity is all there is. */
export function taskPlace({ id, state, subject }: Task): LinkProps | null {
  switch (subject.kind) {
    case 'build':
      return places.build(id);
    case 'buildAndRun':
      return state === 'running' || subject.buildTaskId === null ? places.home() : places.build(subject.buildTaskId);
    case 'pull':
    case 'saveImages':
    case 'loadImages':
    case 'loadModels':
    case 'prune':
      return places.transfer(id);
    case 'replaceContainer':
      return places.container(
        state === 'done' && subject.newContainerId ? subject.newContainerId : subject.containerId,
      );
    case 'runOllama':
      return state === 'done' && subject.containerId !== null
        ? places.container(subject.service?.containerId ?? subject.containerId)
        : places.runOllama();
    case 'pullModel':
    case 'createModel':
      return places.models({ ollama: subject.endpointId });
    case 'saveLog':
      return null;
    default:
      return assertNever(subject);
  }
}

/** The tone a task's state is shown in. */
export function taskTone(state: Task['state']): 'busy' | 'good' | 'bad' | 'idle' {
  return ({ running: 'busy', done: 'good', failed: 'bad', cancelled: 'idle' } as const)[state];
}
