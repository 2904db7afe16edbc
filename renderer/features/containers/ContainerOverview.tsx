import { dockerCommand } from '../../../electron/contract/commands';
import type { Container } from '../../../electron/contract/containers';
import { exitWords } from '../../lib/exitCode';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { CommandLine } from '../../ui/CommandLine';
import { CopyButton } from '../../ui/CopyButton';
import { Facts } from '../../ui/Facts';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import styles from './ContainerOverview.module.css';
import { ContainerStateWords } from './ContainerStateWords';
import { containersTexts } from './locale';
import { PublishedPorts } from './PublishedPorts';
import { commandOf } from './useContainerActions';

/** What is known of a container, and the commands that do what the buttons do. */
export function ContainerOverview({ container }: { container: Container }) {
  const t = useText(containersTexts);
  const format = useFormat();
  const language = useLanguage();
  const moment = (atMs: number) => (
    <>
      {format.dateTime(atMs)}{' '}
      <span className={styles.soft}>
        (<RelativeTime atMs={atMs} />)
      </span>
    </>
  );
  const rows = [
    { name: t('state'), value: <ContainerStateWords container={container} /> },
    { name: t('image'), value: container.image },
    {
      name: t('ports'),
      value: container.ports.length === 0 ? t('none') : <PublishedPorts container={container} whole />,
    },
    {
      name: t('memory'),
      value: container.memoryLimitBytes === null ? t('unlimited') : format.bytes(container.memoryLimitBytes),
    },
    { name: t('restartCount'), value: format.count(container.restartCount) },
    { name: t('madeBy'), value: container.madeByWharf ? t('wharfMade') : t('others') },
    { name: t('created'), value: moment(container.createdAtMs) },
    ...(container.startedAtMs === null ? [] : [{ name: t('started'), value: moment(container.startedAtMs) }]),
    ...(container.finishedAtMs === null || container.state === 'running'
      ? []
      : [{ name: t('ended'), value: moment(container.finishedAtMs) }]),
    ...(container.state === 'exited' && container.exitCode !== null
      ? [{ name: t('exit'), value: exitWords(container.exitCode, container.outOfMemory, language) }]
      : []),
    { name: t('id'), value: <Id id={container.id} label={t('id')} /> },
    { name: t('imageId'), value: <Id id={container.imageId} label={t('imageId')} /> },
  ];
  return (
    <div className={styles.columns}>
      <Section title={t('details')}>
        <Facts rows={rows} />
      </Section>
      <Section title={t('commands')}>
        <div className={styles.commands}>
          <CommandLine label={t('command.logs')} command={dockerCommand.logs(container.name)} />
          {(['start', 'stop', 'restart'] as const).map((kind) => (
            <CommandLine key={kind} label={t(`action.${kind}`)} command={commandOf({ container, deed: { kind } })} />
          ))}
          <CommandLine
            label={t('action.remove')}
            command={commandOf({ container, deed: { kind: 'remove', force: false, volumes: false } })}
          />
        </div>
      </Section>
    </div>
  );
}

function Id({ id, label }: { id: string; label: string }) {
  return (
    <span className={styles.id}>
      <code className="mono" title={id}>
        {id.replace(/^sha256:/, '').slice(0, 12)}
      </code>
      <CopyButton text={id} label={label} />
    </span>
  );
}
