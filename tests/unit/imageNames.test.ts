import { describe, expect, it } from 'vitest';
import { mirrored, parseReference, writtenOut } from '../../electron/contract/imageNames';
import { imageTag, pullReference } from '../../electron/contract/images';

describe('an image reference', () => {
  it.each([
    ['python', 'docker.io', 'library/python', 'latest'],
    ['python:3.11-slim', 'docker.io', 'library/python', '3.11-slim'],
    ['docker.io/library/python:3', 'docker.io', 'library/python', '3'],
    ['ollama/ollama', 'docker.io', 'ollama/ollama', 'latest'],
    ['localhost/x', 'localhost', 'x', 'latest'],
    ['localhost:5000/team/x:1', 'localhost:5000', 'team/x', '1'],
    ['127.0.0.1:5000/x', '127.0.0.1:5000', 'x', 'latest'],
    [`ghcr.io/a/b@sha256:${'a'.repeat(64)}`, 'ghcr.io', 'a/b', `sha256:${'a'.repeat(64)}`],
    [`x:1@sha256:${'a'.repeat(64)}`, 'docker.io', 'library/x', `sha256:${'a'.repeat(64)}`],
  ])('%s is not asked of the wrong registry', (reference, registry, path, version) => {
    expect(parseReference(reference)).toMatchObject({ registry, path, version });
  });

  it('gets the tag that the engine lists, and no port is taken for one', () => {
    expect(writtenOut('llm-api')).toBe('llm-api:latest');
    expect(writtenOut('localhost:5000/x')).toBe('localhost:5000/x:latest');
    expect(writtenOut(`x@sha256:${'a'.repeat(64)}`)).toBe(`x@sha256:${'a'.repeat(64)}`);
  });

  it('of another registry is never asked of the mirror of Docker Hub', () => {
    expect(mirrored('python:3.11-slim', 'https://mirror.example:5000/')).toBe(
      'mirror.example:5000/library/python:3.11-slim',
    );
    expect(mirrored('ollama/ollama', 'mirror.example/hub')).toBe('mirror.example/hub/ollama/ollama:latest');
    expect(mirrored('quay.io/x:1', 'mirror.example')).toBeNull();
  });
});

describe('a reference from the page', () => {
  const digest = `@sha256:${'a'.repeat(64)}`;
  it.each(['python', 'python:3.11-slim', 'localhost:5000/team/x:1', `x${digest}`, `ghcr.io/a/b:1${digest}`])(
    'is refused though docker pull takes it: %s',
    (reference) => {
      expect(pullReference.safeParse(reference).success).toBe(true);
      expect(imageTag.safeParse(reference).success).toBe(!reference.includes('@'));
    },
  );

  it.each([
    '',
    '-x',
    'Upper',
    'x:',
    'x y',
    'a//b',
    'x@sha256:abc',
    `${digest}`,
    `x${digest}0`,
    `x${digest}\n`,
    'x --all',
  ])('reaches the engine as something else than a name: %j', (reference) => {
    expect(pullReference.safeParse(reference).success).toBe(false);
    expect(imageTag.safeParse(reference).success).toBe(false);
  });
});
