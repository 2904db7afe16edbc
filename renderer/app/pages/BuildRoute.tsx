import { useParams } from '@tanstack/react-router';
import { BuildPage } from '../../features/images/BuildPage';
import { LogView } from '../../features/logs/LogView';

/** One build; its output is a log like any other. */
export function BuildRoute() {
  const { taskId = '' }: { taskId?: string } = useParams({ strict: false });
  return (
    <BuildPage
      taskId={taskId}
      output={(range) => (
        <LogView
          // A part of its own begins at its end again, whatever was scrolled to before.
          key={range === undefined ? 'whole' : range.from}
          source={{ kind: 'task', taskId }}
          range={range}
          withoutCommand
        />
      )}
    />
  );
}
