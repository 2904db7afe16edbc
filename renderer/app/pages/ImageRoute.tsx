import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ImagePage } from '../../features/images/ImagePage';
import { type ImageTab, places } from '../../lib/places';

/** One image. */
export function ImageRoute() {
  const { imageId = '' }: { imageId?: string } = useParams({ strict: false });
  const { tab = 'overview' }: { tab?: ImageTab } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <ImagePage
      key={imageId}
      imageId={imageId}
      tab={tab}
      onRun={(image) => void navigate(places.runContainer({ image }))}
      onTransfer={(taskId) => void navigate(places.transfer(taskId))}
    />
  );
}
