import { useNavigate, useSearch } from '@tanstack/react-router';
import { RunContainerPage } from '../../features/containers/RunContainerPage';
import { places } from '../../lib/places';
import { useContainerTable, useImages } from '../../live/useLive';

/** The run form. Waits for what it proposes names and images from. */
export function RunRoute() {
  const { image }: { image?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const table = useContainerTable();
  const images = useImages();
  if (table === undefined || images === undefined) return null;
  return <RunContainerPage image={image} onRan={(id) => void navigate(places.container(id, 'logs'))} />;
}
