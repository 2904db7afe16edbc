import type { AttachedFile } from '../contract/chat';

/** What a file is called in the prompt: its last part of the name tells models the language. */
const languageOf = (name: string) => /\.([a-z0-9]{1,12})$/i.exec(name)?.[1]?.toLowerCase() ?? '';

/** A fence longer than any run of backticks in the text: nothing in a file ends its own block. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  return '`'.repeat(longest + 1);
}

/** A message as a model is told it: the files first, each named and fenced, then what the person wrote. */
export function promptText(text: string, files: readonly AttachedFile[]): string {
  const parts = files.map((file) => {
    const fence = fenceFor(file.text);
    return `File: ${file.name}\n${fence}${languageOf(file.name)}\n${file.text.replace(/\n$/, '')}\n${fence}`;
  });
  return [...parts, ...(text.trim() === '' ? [] : [text])].join('\n\n');
}
