import { useNavigate, useSearch } from '@tanstack/react-router';
import { ModelsPage } from '../../features/models/ModelsPage';
import { places } from '../../lib/places';

/** Models: the Ollama and the search stand in the address. */
export function ModelsRoute() {
  const { ollama, find }: { ollama?: string; find?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <ModelsPage
      ollama={ollama}
      find={find ?? ''}
      onFilter={(next) => {
        const search = { ollama, find, ...next };
        void navigate({ ...places.models({ ...search, find: search.find || undefined }), replace: true });
      }}
    />
  );
}
