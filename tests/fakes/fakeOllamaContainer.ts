import { implement } from '@orpc/server';
import { api } from '../../electron/contract/api';
import { bundledTag } from '../../electron/contract/builds';
import { dockerCommand } from '../../electron/contract/commands';
import {
  type MachineGpu,
  type OllamaPlan,
  officialOllamaImage,
  ollamaRunRequest,
  type ProxyDiagnosis,
} from '../../electron/contract/ollamaContainer';
import { specOfRequest } from '../../electron/contract/runRequest';

/** What the fake host answers about running Ollama in a container. */
export class FakeOllamaContainer {
  plan: Omit<OllamaPlan, 'image' | 'command' | 'service'> = { imageIsHere: true, offersGpu: false };
  gpus: MachineGpu[] = [];
  proxy: ProxyDiagnosis = { variables: [], findings: [], corrected: [] };
}

const implementer = () => implement(api).use(({ next }) => next());
type Record_ = ReturnType<typeof implementer>;

/** The handlers over it. */
export function fakeOllamaContainer(record: Record_, fake: FakeOllamaContainer) {
  return {
    plan: record.ollamaContainer.plan.handler(({ input }) => {
      const image = input.image ?? officialOllamaImage;
      const withGpu = fake.plan.offersGpu && input.gpus === 'auto';
      const request = ollamaRunRequest({ ...input, image }, { withGpu, hostPort: 11434, environment: [] });
      const command = dockerCommand.run(specOfRequest(request, { hostPorts: [11434], imageUser: '' }));
      const service = input.service && { image: input.service.image ?? bundledTag, isBuilt: false };
      return { ...fake.plan, image, service, command };
    }),
    begin: record.ollamaContainer.begin.handler(() => ({ taskId: 'task-ollama' })),
    machineGpus: record.ollamaContainer.machineGpus.handler(() => ({ gpus: fake.gpus })),
    diagnoseProxy: record.ollamaContainer.diagnoseProxy.handler(() => fake.proxy),
    correctProxy: record.ollamaContainer.correctProxy.handler(() => ({ taskId: 'task-replace' })),
  };
}
