import { Failure, isFailure } from '../contract/failures';
import type { Task } from '../contract/tasks';
import type { Tasks } from './tasks';

/**
 * Sees a task through that another one needs: one started for it, which is cancelled with it, or one that is under way
 * already, which is not its to cancel.
 * @param begin starts it; TASK_ALREADY_RUNNING names the one under way
 * @param begun is told its id
 * @param signal of the task that needs it
 * @throws what the needed task failed of; the signal's reason
 */
export async function neededTask(
  tasks: Tasks,
  begin: () => Promise<{ taskId: string }>,
  begun: (taskId: string) => void,
  signal: AbortSignal,
): Promise<Task> {
  signal.throwIfAborted();
  let isOurs = true;
  const { taskId } = await begin().catch((error: unknown) => {
    if (!isFailure(error, 'TASK_ALREADY_RUNNING')) throw error;
    isOurs = false;
    return { taskId: error.details.id };
  });
  begun(taskId);
  let leave = () => {};
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
  });
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  await Promise.race([tasks.ended(taskId), aborted]);
  signal.removeEventListener('abort', leave);
  if (signal.aborted) {
    if (isOurs) await tasks.cancel(taskId);
    throw signal.reason;
  }
  const task = await tasks.ended(taskId);
  if (task.failure) throw new Failure(task.failure.code, task.failure.details as never);
  return task;
}
