import { useNavigate } from '@tanstack/react-router';
import { KitPage } from '../../features/images/KitPage';
import { places } from '../../lib/places';

/** The form that makes an offline kit. */
export function KitRoute() {
  const navigate = useNavigate();
  return <KitPage onSave={(taskId) => void navigate(places.transfer(taskId))} />;
}
