import { lateLibrary } from './lateLibrary';
import type { Highlight } from './markdownHtml';

/** Colours code of the common languages. Without it code is plain, which nobody is told of. */
export const useHighlight = lateLibrary<Highlight>(async () => {
  const { default: library } = await import('highlight.js/lib/common');
  return (code, language) =>
    library.getLanguage(language) ? library.highlight(code, { language, ignoreIllegals: true }).value : null;
});
