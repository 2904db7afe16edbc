import { readFile } from 'node:fs/promises';
import tar from 'tar-stream';
import { outside, testBaseImage, testLabels, testName } from './realEngine';

/**
 * An image like the official one, of a real Ollama: the same entrypoint, command and environment, and root's.
 * @param binary Ollama's program
 * @returns its reference, and how to remove it
 */
export async function ollamaImage(binary: string): Promise<{ image: string; remove(): Promise<void> }> {
  const container = await outside.createContainer({ Image: testBaseImage, Cmd: ['true'], Labels: testLabels });
  const repo = testName('ollama-image');
  const pack = tar.pack();
  pack.entry({ name: 'usr/bin/ollama', mode: 0o755 }, await readFile(binary));
  pack.finalize();
  await container.putArchive(pack as unknown as NodeJS.ReadableStream, { path: '/' });
  await container.commit({
    repo,
    tag: 'latest',
    changes: ['ENV OLLAMA_HOST=0.0.0.0:11434', 'EXPOSE 11434', 'ENTRYPOINT ["/usr/bin/ollama"]', 'CMD ["serve"]'],
  });
  await container.remove();
  const image = `${repo}:latest`;
  return { image, remove: async () => void (await outside.getImage(image).remove()) };
}
