import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ModelPage } from '../../features/models/ModelPage';
import { places } from '../../lib/places';

/** One model. */
export function ModelRoute() {
  const { model = '' }: { model?: string } = useParams({ strict: false });
  const { ollama }: { ollama?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <ModelPage
      key={model}
      model={model}
      ollama={ollama}
      onGone={(endpointId) => void navigate(places.models({ ollama: endpointId }))}
    />
  );
}
