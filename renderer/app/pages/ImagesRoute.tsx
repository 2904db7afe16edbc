import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { ImagesPage } from '../../features/images/ImagesPage';
import { type ImageFilter, places } from '../../lib/places';

/** Images: filter and search stand in the address. */
export function ImagesRoute() {
  const { show, find }: { show?: ImageFilter; find?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const onRun = useCallback((image: string) => void navigate(places.runContainer({ image })), [navigate]);
  return (
    <ImagesPage
      show={show ?? 'all'}
      find={find ?? ''}
      onFilter={(next) => {
        const filter = { show: show ?? 'all', find: find ?? '', ...next };
        const search = {
          show: filter.show === 'all' ? undefined : filter.show,
          find: filter.find === '' ? undefined : filter.find,
        };
        void navigate({ ...places.images(search), replace: true });
      }}
      onRun={onRun}
      onTransfer={(taskId) => void navigate(places.transfer(taskId))}
    />
  );
}
