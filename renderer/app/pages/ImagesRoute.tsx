import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { ImagesPage } from '../../features/images/ImagesPage';
import { places } from '../../lib/places';

/** Images: the search stands in the address. */
export function ImagesRoute() {
  const { find }: { find?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  const onRun = useCallback((image: string) => void navigate(places.runContainer({ image })), [navigate]);
  return (
    <ImagesPage
      find={find ?? ''}
      onFind={(next) => void navigate({ ...places.images({ find: next === '' ? undefined : next }), replace: true })}
      onRun={onRun}
    />
  );
}
