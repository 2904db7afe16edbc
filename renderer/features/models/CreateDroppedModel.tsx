import type { PickedFile } from '../../../electron/contract/host';
import { useOllamas } from '../../live/useOllamas';
import { CreateModelDialog } from './CreateModelDialog';
import { shownOllama } from './watchedModels';

interface CreateDroppedModelProps {
  picked: PickedFile;
  onClose: () => void;
}

/** Creates a model from a file that was dropped, on the Ollama that is used; nothing while none answers, as the page below says. */
export function CreateDroppedModel({ picked, onClose }: CreateDroppedModelProps) {
  const ollama = shownOllama(useOllamas() ?? [], undefined);
  if (ollama === null) return null;
  return <CreateModelDialog ollama={ollama} models={[]} from={picked} onClose={onClose} />;
}
