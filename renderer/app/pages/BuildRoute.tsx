import { useParams } from '@tanstack/react-router';
import { BuildPage } from '../../features/builds/BuildPage';
import { LogView } from '../../features/logs/LogView';

/** One build; its output is a log like any other. */
export function BuildRoute() {
  const { taskId = '' }: { taskId?: string } = useParams({ strict: false });
  return (
    <BuildPage
      taskId={taskId}
      output={(part) => (
        // A part of its own begins at its end again, whatever was scrolled to before.
        <LogView key={part ?? ''} source={{ kind: 'task', taskId, ...(part && { part }) }} withoutCommand />
      )}
    />
  );
}
