import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { BuildFormPage } from '../../features/builds/BuildFormPage';
import { places } from '../../lib/places';

/** The build form; leads on to the build. */
export function BuildFormRoute() {
  const navigate = useNavigate();
  // The build's page is there before the click: its first step must not wait for a script.
  useEffect(() => {
    void import('./BuildRoute');
  }, []);
  const { from, folder, dockerfile }: { from?: string; folder?: string; dockerfile?: string } = useSearch({
    strict: false,
  });
  return (
    <BuildFormPage
      from={from}
      folder={folder}
      dockerfile={dockerfile}
      onBuild={(taskId) => void navigate(places.build(taskId))}
    />
  );
}
