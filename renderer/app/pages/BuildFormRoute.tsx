import { useNavigate, useSearch } from '@tanstack/react-router';
import { BuildFormPage } from '../../features/builds/BuildFormPage';
import { places } from '../../lib/places';

/** The build form; leads on to the build. */
export function BuildFormRoute() {
  const navigate = useNavigate();
  const { from }: { from?: string } = useSearch({ strict: false });
  return <BuildFormPage from={from} onBuild={(taskId) => void navigate(places.build(taskId))} />;
}
