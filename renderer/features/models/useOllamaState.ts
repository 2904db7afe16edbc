import { assertNever } from '../../../electron/contract/failures';
import type { Ollama } from '../../../electron/contract/models';
import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import type { Tone } from '../../ui/Status';
import { modelsTexts } from './locale';

/** How an Ollama stands, in a tone and a word. */
export function useOllamaState(): (ollama: Ollama) => { tone: Tone; word: string } {
  const t = useText(modelsTexts);
  const language = useLanguage();
  return ({ state }) => {
    switch (state.kind) {
      case 'asking':
        return { tone: 'busy', word: t('state.asking') };
      case 'answers':
        return { tone: 'good', word: t('state.answers', { version: state.version }) };
      case 'notOllama':
        return { tone: 'idle', word: t('state.notOllama') };
      case 'stopped':
        return { tone: 'idle', word: t('state.stopped') };
      case 'noPort':
        return { tone: 'idle', word: t('state.noPort') };
      case 'failed': {
        const { failure } = state;
        const reason = failure.code === 'CHAT_TARGET_UNREACHABLE' ? failure.details.reason : null;
        // The chat's own words for these speak of containers.
        if (reason === 'refused' || reason === 'timeout') return { tone: 'warn', word: t(`state.${reason}`) };
        return { tone: 'warn', word: failureWords(failure, language).what };
      }
      default:
        return assertNever(state);
    }
  };
}
