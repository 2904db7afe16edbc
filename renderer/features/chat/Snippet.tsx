import type { SnippetPiece } from '../../../electron/contract/archive';

/** Found text with what was looked for marked. Always plain text, whatever marks of Markdown stand in it. */
export function Snippet({ pieces }: { pieces: readonly SnippetPiece[] }) {
  return <>{pieces.map(({ text, isMatch }, at) => (isMatch ? <mark key={String(at)}>{text}</mark> : text))}</>;
}
