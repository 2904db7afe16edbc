import { useNavigate } from '@tanstack/react-router';
import { BuildFormPage } from '../../features/images/BuildFormPage';
import { places } from '../../lib/places';

/** The build form; leads on to the build. */
export function BuildFormRoute() {
  const navigate = useNavigate();
  return <BuildFormPage onBuild={(taskId) => void navigate(places.build(taskId))} />;
}
