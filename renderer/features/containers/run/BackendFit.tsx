import type { Ollama } from '../../../../electron/contract/models';
import type { ModelSource } from '../../../../electron/contract/targets';
import { useFitPlaces, useModelToFit } from '../../../live/useModelFit';
import { useOfferedModels } from '../../../live/useOfferedModels';
import { useOllamas } from '../../../live/useOllamas';
import { ModelFitLine } from '../../../ui/ModelFitLine';

interface BackendFitProps {
  /** The Ollama that the service is to ask. */
  source: ModelSource;
  model: string;
}

/** Whether the model that a service is to ask for fits where its Ollama runs: it takes none of the service's own memory. */
export function BackendFit({ source, model }: BackendFitProps) {
  const ollama = useOllamas()?.find(({ containerId, endpointId }) =>
    source.kind === 'container' ? containerId === source.id : endpointId === source.endpointId,
  );
  return ollama === undefined ? null : <FitAt ollama={ollama} source={source} model={model} />;
}

function FitAt({ ollama, source, model }: BackendFitProps & { ollama: Ollama }) {
  const listed = useOfferedModels(source);
  const places = useFitPlaces(ollama);
  const installed = listed.isPending ? undefined : (listed.data ?? []);
  const toFit = useModelToFit({ endpointId: ollama.endpointId, model: model.trim() || null, installed });
  return toFit && <ModelFitLine model={model.trim()} toFit={toFit} places={places} />;
}
