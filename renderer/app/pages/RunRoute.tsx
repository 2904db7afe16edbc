import { useNavigate, useSearch } from '@tanstack/react-router';
import { RunContainerPage } from '../../features/containers/RunContainerPage';
import { places } from '../../lib/places';
import { useContainerTable, useEngine, useImages } from '../../live/useLive';

/** The run form. Waits for what it proposes names and images from, unless there is no engine to ask. */
export function RunRoute() {
  const { image, like, replace, ollama }: { image?: string; like?: string; replace?: string; ollama?: string } =
    useSearch({ strict: false });
  const navigate = useNavigate();
  const table = useContainerTable();
  const images = useImages();
  const phase = useEngine()?.phase ?? 'connecting';
  const known = table !== undefined && images !== undefined;
  if (!known && (phase === 'connecting' || phase === 'ready')) return null;
  const based = replace ?? like;
  return (
    <RunContainerPage
      key={`${image} ${based} ${ollama}`}
      image={image}
      ollama={ollama}
      basedOn={based === undefined ? null : { id: based, replace: replace !== undefined }}
      onRan={(id) => void navigate(places.container(id, 'logs'))}
    />
  );
}
