import { RunOllamaPage } from '../../features/ollama/RunOllamaPage';

/** The form that runs Ollama in a container. */
export function RunOllamaRoute() {
  return <RunOllamaPage />;
}
