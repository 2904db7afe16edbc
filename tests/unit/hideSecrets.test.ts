import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hiddenMark, isSecret } from '../../electron/contract/secrets';
import { hideSecrets, type Json, textAt } from '../../electron/docker/hideSecrets';

describe('what counts as a secret', () => {
  it.each([
    ['OPENAI_API_KEY', 'sk-123'],
    ['API_KEY', '123456'],
    ['apiKey', 'x'],
    ['HF_TOKEN', 'hf_x'],
    ['POSTGRES_PASSWORD', 'x'],
    ['MYSQL_PWD', 'x'],
    ['DB_PASS', 'x'],
    ['CLIENT_SECRETS', '{}'],
    ['AWS_SECRET_ACCESS_KEY', 'x'],
    ['com.example.token', 'x'],
    ['--auth-token', 'x'],
    ['DATABASE_URL', 'postgres://me:pw@db:5432/app'],
    ['PROXY', 'http://:pw@proxy'],
  ])('%s is shown', (name, value) => expect(isSecret(name, value)).toBe(true));

  it.each([
    ['TOKENIZERS_PARALLELISM', 'false'],
    ['MAX_TOKENS', '512'],
    ['FIRST_TOKEN_TIMEOUT_S', '900'],
    ['REQUIRE_API_KEY', 'true'],
    ['API_KEY', ''],
    ['KEYBOARD', 'ko'],
    ['PATH', '/usr/bin:/bin'],
    ['OLLAMA_HOST', 'http://host.docker.internal:11434'],
    ['PASSENGER', 'x'],
  ])('%s=%s is hidden for nothing', (name, value) => expect(isSecret(name, value)).toBe(false));
});

const inspected = {
  Path: 'server',
  Args: ['--port', '80', '--api-key', 'sk-args', '--token=sk-option', 'plain'],
  Config: {
    Env: ['PATH=/bin', 'API_KEY=sk-env', 'URL=redis://:sk-url@cache', 'EMPTY_TOKEN=', 'BARE'],
    Labels: { 'app.token': 'sk-label', note: 'plain' },
  },
  HostConfig: { LogConfig: { Config: { 'splunk-token': 'sk-log', 'max-size': '10m' } } },
};

describe('what crosses of an inspect', () => {
  const { shown, hidden } = hideSecrets(inspected);

  it('holds a secret anywhere', () => {
    expect(JSON.stringify(shown)).not.toContain('sk-');
    expect(hidden.map((path) => path.join('.')).sort()).toEqual([
      'Args.3',
      'Args.4',
      'Config.Env.1',
      'Config.Env.2',
      'Config.Labels.app.token',
      'HostConfig.LogConfig.Config.splunk-token',
    ]);
  });

  it('hides what is no secret, or which variable it was', () => {
    expect(shown).toMatchObject({
      Path: 'server',
      Args: ['--port', '80', '--api-key', hiddenMark, `--token=${hiddenMark}`, 'plain'],
      Config: {
        Env: ['PATH=/bin', `API_KEY=${hiddenMark}`, `URL=${hiddenMark}`, 'EMPTY_TOKEN=', 'BARE'],
        Labels: { note: 'plain' },
      },
    });
  });

  it('cannot be asked for by its path, or gives what is no text', () => {
    expect(textAt(inspected, ['Config', 'Env', '1'])).toBe('API_KEY=sk-env');
    expect(textAt(inspected, ['Config', 'Env'])).toBeNull();
    expect(textAt(inspected, ['Config', 'Env', 'length'])).toBeNull();
    expect(textAt(inspected, ['__proto__', 'toString', 'name'])).toBeNull();
    expect(textAt(inspected, ['Path', '0'])).toBeNull();
  });

  it('changes the shape of any answer, or points to a hidden text that is not there', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const both = hideSecrets(value as Json);
        for (const path of both.hidden) if (path.length > 0) expect(textAt(value as Json, path)).not.toBeNull();
        if (both.hidden.length === 0) expect(JSON.stringify(both.shown)).toBe(JSON.stringify(value));
      }),
    );
  });
});
