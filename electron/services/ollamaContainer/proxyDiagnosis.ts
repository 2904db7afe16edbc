import type { ProxyFinding } from '../../contract/ollamaContainer';

/** An environment variable with its value, which may hold an account. */
export interface Variable {
  name: string;
  value: string;
}

/** Names of the variables that say which proxy to use, as programs that speak HTTP read them. */
const proxyNames = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;
/** What must not go through a proxy. */
const loopbackExceptions = ['localhost', '127.0.0.1'];

/** True for a variable that says which proxy to use. */
export function isProxyVariable({ name }: Variable): boolean {
  return (proxyNames as readonly string[]).includes(name.toUpperCase());
}

/** The value without an account and its password. */
export function withoutAccount(value: string): string {
  return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^\s/@]*@/i, '$1');
}

/**
 * What is wrong with the proxy variables of an Ollama, and what they should be. Ollama pulls models over HTTPS alone, while
 * its own programs talk to each other over HTTP: https://github.com/ollama/ollama/blob/main/docs/faq.md (proxy).
 * @param variables of the container
 * @param surroundings variables of the machine that the engine is on; empty where it is another one
 */
export function diagnoseProxy(
  variables: readonly Variable[],
  surroundings: readonly Variable[],
): { findings: ProxyFinding[]; corrected: Variable[] } {
  const findings: ProxyFinding[] = [];
  const secure = valueOf(variables, 'HTTPS_PROXY');
  const plain = valueOf(variables, 'HTTP_PROXY');
  const ofMachine = valueOf(surroundings, 'HTTPS_PROXY') ?? valueOf(surroundings, 'HTTP_PROXY');
  const proxy = secure ?? plain ?? ofMachine;
  if (secure === null && plain === null && ofMachine !== null) findings.push('notPassed');
  if (secure === null && plain !== null) findings.push('plainOnly');
  if (secure !== null && plain !== null) findings.push('plainSet');
  if (proxy === null) return { findings, corrected: [...variables.filter(isProxyVariable)] };

  const isOwnLoopback = loopbackHost.test(proxy);
  // One that is only passed on was right where it came from.
  if (isOwnLoopback && !findings.includes('notPassed')) findings.push('ownLoopback');
  const said = valueOf(variables, 'NO_PROXY') ?? (ofMachine === proxy ? valueOf(surroundings, 'NO_PROXY') : null);
  const exceptions = (said ?? '').split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
  const missing = exceptions.includes('*') ? [] : loopbackExceptions.filter((host) => !exceptions.includes(host));
  if (missing.length > 0 && !findings.includes('notPassed')) findings.push('noExceptions');
  return {
    findings,
    corrected: [
      { name: 'HTTPS_PROXY', value: isOwnLoopback ? proxy.replace(loopbackHost, '$1host.docker.internal') : proxy },
      { name: 'NO_PROXY', value: [...exceptions, ...missing].join(',') },
    ],
  };
}

/** A proxy on the machine itself: its host name, with what stands before it. */
const loopbackHost = /^((?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^\s/@]*@)?)(?:localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i;

/** By its name in capitals or small letters; empty counts as not set. */
function valueOf(variables: readonly Variable[], name: string): string | null {
  const found = variables.find((one) => one.name.toUpperCase() === name && one.value.trim() !== '');
  return found?.value.trim() ?? null;
}
