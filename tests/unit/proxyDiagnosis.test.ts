import { describe, expect, it } from 'vitest';
import { diagnoseProxy, withoutAccount } from '../../electron/services/ollamaContainer/proxyDiagnosis';

const variables = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));
const diagnose = (container: Record<string, string>, machine: Record<string, string> = {}) =>
  diagnoseProxy(variables(container), variables(machine));
const proxy = 'http://proxy.example:3128';
const exceptions = { name: 'NO_PROXY', value: 'localhost,127.0.0.1' };

describe('the proxy of an Ollama', () => {
  it('is called wrong where there is none, or where it is as Ollama wants it', () => {
    expect(diagnose({ PATH: '/bin' }).findings).toEqual([]);
    expect(diagnose({ HTTPS_PROXY: proxy, NO_PROXY: 'localhost,127.0.0.1,.corp' }, { HTTPS_PROXY: proxy })).toEqual({
      findings: [],
      corrected: [
        { name: 'HTTPS_PROXY', value: proxy },
        { name: 'NO_PROXY', value: 'localhost,127.0.0.1,.corp' },
      ],
    });
    expect(diagnose({ https_proxy: proxy, no_proxy: '*' }).findings).toEqual([]);
  });

  it('stays HTTP_PROXY, which pulls of models go past', () => {
    expect(diagnose({ http_proxy: proxy })).toEqual({
      findings: ['plainOnly', 'noExceptions'],
      corrected: [{ name: 'HTTPS_PROXY', value: proxy }, exceptions],
    });
  });

  it('keeps HTTP_PROXY beside HTTPS_PROXY, between Ollama and its own runner', () => {
    const { findings, corrected } = diagnose({
      HTTPS_PROXY: proxy,
      HTTP_PROXY: 'http://other:1',
      NO_PROXY: 'localhost,127.0.0.1',
    });
    expect(findings).toEqual(['plainSet']);
    expect(corrected.map(({ name }) => name)).toEqual(['HTTPS_PROXY', 'NO_PROXY']);
  });

  it('leads a container to itself where the proxy is on the machine', () => {
    const { findings, corrected } = diagnose({
      HTTPS_PROXY: 'http://me:pw@127.0.0.1:3128',
      NO_PROXY: 'localhost,127.0.0.1',
    });
    expect(findings).toEqual(['ownLoopback']);
    expect(corrected[0]?.value).toBe('http://me:pw@host.docker.internal:3128');
    expect(diagnose({ HTTPS_PROXY: 'http://127.0.0.1.example:3128', NO_PROXY: '*' }).findings).toEqual([]);
  });

  it('is not passed on from the machine, or only as HTTP_PROXY', () => {
    expect(diagnose({}, { http_proxy: 'localhost:3128', NO_PROXY: '.corp' })).toEqual({
      findings: ['notPassed'],
      corrected: [
        { name: 'HTTPS_PROXY', value: 'host.docker.internal:3128' },
        { name: 'NO_PROXY', value: '.corp,localhost,127.0.0.1' },
      ],
    });
  });

  it('shows the password of its account', () => {
    expect(withoutAccount('http://me:p%40w@proxy:3128')).toBe('http://proxy:3128');
    expect(withoutAccount('me:pw@proxy:3128')).toBe('proxy:3128');
    expect(withoutAccount('localhost,127.0.0.1')).toBe('localhost,127.0.0.1');
  });
});
