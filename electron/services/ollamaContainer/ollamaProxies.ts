import type { ProxyDiagnosis } from '../../contract/ollamaContainer';
import type { ContainerForms } from '../containerForms';
import type { ContainerReplacing } from '../containerReplacing';
import type { Containers } from '../containers';
import type { EngineLink } from '../engine';
import { diagnoseProxy, isProxyVariable, type Variable, withoutAccount } from './proxyDiagnosis';

/** What `OllamaProxies` works with. */
export interface OllamaProxiesOptions {
  engineLink: EngineLink;
  containers: Containers;
  forms: ContainerForms;
  replacing: ContainerReplacing;
  /** Wharf's own environment. */
  env: NodeJS.ProcessEnv;
}

/** Looks after the proxies that Ollamas in containers pull models through. */
export class OllamaProxies {
  constructor(private readonly options: OllamaProxiesOptions) {}

  /** What a new container is given, so that it pulls models as this machine would. */
  ofMachine(): Variable[] {
    return diagnoseProxy([], this.machineVariables()).corrected;
  }

  /** See `ollamaContainer.diagnoseProxy`. */
  async diagnose(id: string): Promise<ProxyDiagnosis> {
    const { spec } = await this.options.engineLink.current().containerSpec(id);
    const { findings, corrected } = diagnoseProxy(spec.environment, this.machineVariables());
    const shown = ({ name, value }: Variable) => ({ name, shown: withoutAccount(value) });
    return {
      variables: spec.environment.filter(isProxyVariable).map(shown),
      findings,
      corrected: corrected.map(shown),
    };
  }

  /** See `ollamaContainer.correctProxy`. */
  async correct(id: string): Promise<{ taskId: string }> {
    const { request } = await this.options.forms.describe(id);
    const { corrected } = diagnoseProxy(request.environment, this.machineVariables());
    const others = request.environment.filter((variable) => !isProxyVariable(variable));
    const usesGateway = corrected.some(({ value }) => value.includes('host.docker.internal'));
    return this.options.replacing.begin(id, {
      ...request,
      environment: [...others, ...corrected],
      hostGateway: request.hostGateway || usesGateway,
    });
  }

  /** Variables of this machine's proxy; those of another machine's engine are not known. */
  private machineVariables(): Variable[] {
    if (!this.options.containers.ports.engineIsHere()) return [];
    return Object.entries(this.options.env)
      .map(([name, value]) => ({ name, value: value ?? '' }))
      .filter(isProxyVariable);
  }
}
