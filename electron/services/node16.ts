/**
 * Globals that oRPC takes for granted and that Node 16 (Electron 22) lacks; a no-op from Node 18 on. Imported first by
 * every composition root.
 */
import { Blob } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import * as webStreams from 'node:stream/web';
import { deserialize, serialize } from 'node:v8';

const globals = globalThis as Record<string, unknown>;

function provide(name: string, value: unknown): void {
  // Asked for by name only: reading some of them makes newer Nodes load what nobody needs.
  if (!(name in globals)) globals[name] = value;
}

provide('Blob', Blob);
provide('crypto', webcrypto);
provide('ReadableStream', webStreams.ReadableStream);
provide('WritableStream', webStreams.WritableStream);
provide('TransformStream', webStreams.TransformStream);
provide('TextDecoderStream', webStreams.TextDecoderStream);
provide('TextEncoderStream', webStreams.TextEncoderStream);
provide('structuredClone', (value: unknown) => deserialize(serialize(value)));
provide(
  'File',
  class File extends Blob {
    readonly lastModified = Date.now();
    constructor(
      parts: ConstructorParameters<typeof Blob>[0],
      readonly name: string,
    ) {
      super(parts);
    }
  },
);
provide('FormData', class FormData {});
