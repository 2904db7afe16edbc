/**
 * A model's name with the tag that Ollama reads into it (types/model/name.go of its source): `llama3.2` is
 * `llama3.2:latest`.
 */
export function writtenOutModel(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.includes(':') ? name : `${name}:latest`;
}
