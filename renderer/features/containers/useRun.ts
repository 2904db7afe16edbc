import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import type { RunRequest } from '../../../electron/contract/runRequest';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { useTask } from '../../live/useLive';

/** What the run form does when it is sent. */
export type RunKind = { kind: 'run' } | { kind: 'duplicate' | 'replace'; id: string };

/** A run on its way. */
export interface Run {
  start: (request: RunRequest) => void;
  isPending: boolean;
  failure: FailureValue | null;
  /** A replacement failed, and the old container is back. */
  restored: boolean;
  /** How far a replacement is, in words. */
  phase: string | null;
}

/** Runs, duplicates or replaces; a replacement is a task, followed here until it is over. */
export function useRun(kind: RunKind, onRan: (containerId: string) => void): Run {
  const api = useApi();
  const words = useText(taskTexts);
  const [taskId, setTaskId] = useState<string | null>(null);
  const task = useTask(taskId);
  const ran = useRef(onRan);
  ran.current = onRan;

  const start = useMutation({
    mutationFn: async (request: RunRequest) => {
      if (kind.kind === 'replace') return { ...(await api.containers.replace({ id: kind.id, request })), id: null };
      const { id } =
        kind.kind === 'run'
          ? await api.containers.run(request)
          : await api.containers.duplicate({ id: kind.id, request });
      return { id, taskId: null };
    },
    onSuccess: ({ id, taskId: replacing }) => {
      if (id !== null) ran.current(id);
      setTaskId(replacing);
    },
  });

  const subject = task?.subject.kind === 'replaceContainer' ? task.subject : null;
  const newId = task?.state === 'done' ? (subject?.newContainerId ?? null) : null;
  useEffect(() => {
    if (newId !== null) ran.current(newId);
  }, [newId]);

  const failure = start.error === null ? (task?.failure ?? null) : toFailure(start.error);
  return {
    start: (request) => {
      if (start.isPending || task?.state === 'running') return;
      setTaskId(null);
      start.mutate(request);
    },
    isPending: start.isPending || task?.state === 'running',
    failure,
    restored: task?.state === 'failed' && task.failure?.code !== 'NOT_RESTORED',
    phase: subject !== null && task?.state === 'running' ? words(`phase.${subject.phase}`) : null,
  };
}
