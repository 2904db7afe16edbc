import { useNavigate, useParams } from '@tanstack/react-router';
import { TransferPage } from '../../features/images/TransferPage';
import { LogView } from '../../features/logs/LogView';
import { places } from '../../lib/places';

/** One pull, save, load or clean-up; its output is a log like any other. */
export function TransferRoute() {
  const { taskId = '' }: { taskId?: string } = useParams({ strict: false });
  const navigate = useNavigate();
  return (
    <TransferPage
      key={taskId}
      taskId={taskId}
      onAgain={(again) => void navigate({ ...places.transfer(again), replace: true })}
      output={<LogView source={{ kind: 'task', taskId }} withoutCommand />}
    />
  );
}
