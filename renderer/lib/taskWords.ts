import type { Task } from '../../electron/contract/tasks';
import type { Translate } from './i18n';
import type { taskTexts } from './locales/taskWords';

/** What a task is called. */
export function taskTitle(task: Task, t: Translate<(typeof taskTexts)['en']>): string {
  const { subject } = task;
  if (subject.kind === 'saveLog') return t('saveLog', { name: subject.name, file: subject.fileName });
  return t(subject.kind, { tag: subject.tag });
}

/** The tone a task's state is shown in. */
export function taskTone(state: Task['state']): 'busy' | 'good' | 'bad' | 'idle' {
  return ({ running: 'busy', done: 'good', failed: 'bad', cancelled: 'idle' } as const)[state];
}
