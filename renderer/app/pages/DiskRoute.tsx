import { useNavigate } from '@tanstack/react-router';
import { DiskPage } from '../../features/images/DiskPage';
import { places } from '../../lib/places';

/** The engine's disk. */
export function DiskRoute() {
  const navigate = useNavigate();
  return <DiskPage onPrune={(taskId) => void navigate(places.transfer(taskId))} />;
}
