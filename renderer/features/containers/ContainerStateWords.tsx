import type { Container } from '../../../electron/contract/containers';
import { containerStatus } from '../../lib/containerStatus';
import { exitWords, startProblemWords } from '../../lib/exitCode';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { containerTexts } from '../../lib/locales/containerWords';
import { Status } from '../../ui/Status';
import styles from './ContainerStateWords.module.css';
import { containersTexts } from './locale';
import type { Deed } from './useContainerActions';

/** How a container stands, in words: state, and for one that ended why. What is being done to it comes first. */
export function ContainerStateWords({ container, pending }: { container: Container; pending?: Deed['kind'] }) {
  const t = useText(containersTexts);
  const stateWord = useText(containerTexts);
  const format = useFormat();
  const language = useLanguage();
  if (pending !== undefined) return <Status tone="busy" word={t(`pending.${pending}`)} />;

  const { tone, word } = containerStatus(container);
  const more: string[] = [];
  if (container.startProblem !== null && container.state !== 'running') {
    more.push(startProblemWords(container.startProblem, language));
  } else if (container.state === 'exited' && container.exitCode !== null) {
    more.push(exitWords(container.exitCode, container.outOfMemory, language));
    // A kill is mostly the memory limit's; whether it was stands in the words before.
    if ((container.outOfMemory || container.exitCode === 137) && container.memoryLimitBytes !== null) {
      more.push(t('memoryLimit', { limit: format.bytes(container.memoryLimitBytes) }));
    }
  }
  if (container.restartCount > 0) more.push(t('restarts', { count: container.restartCount }));
  return (
    <span className={styles.words} title={[stateWord(word), ...more].join(' · ')}>
      <Status tone={tone} word={stateWord(word)} />
      {more.length > 0 && <span className={styles.more}>{more.join(' · ')}</span>}
    </span>
  );
}
