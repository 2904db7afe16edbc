import { useNavigate, useSearch } from '@tanstack/react-router';
import { PullPage } from '../../features/images/PullPage';
import { places } from '../../lib/places';

/** The form that pulls an image; leads on to the pull. */
export function PullRoute() {
  const { image }: { image?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  return <PullPage image={image ?? ''} onPull={(taskId) => void navigate(places.transfer(taskId))} />;
}
