import { dockerCommand } from '../../../electron/contract/commands';
import type { Container } from '../../../electron/contract/containers';
import type { ContainerDetails } from '../../../electron/contract/inspect';
import { shellLine } from '../../../electron/contract/shellWords';
import { exitWords } from '../../lib/exitCode';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { CommandLine } from '../../ui/CommandLine';
import { CopyButton } from '../../ui/CopyButton';
import { Facts } from '../../ui/Facts';
import { Notice } from '../../ui/Notice';
import { RelativeTime } from '../../ui/RelativeTime';
import { Section } from '../../ui/Section';
import { ContainerStateWords } from './ContainerStateWords';
import { HealthSection } from './detail/HealthSection';
import { detailTexts } from './detail/locale';
import { NamedValues } from './detail/NamedValues';
import { NetworksSection } from './detail/NetworksSection';
import styles from './detail/Sheet.module.css';
import { containersTexts } from './locale';
import { PublishedPorts } from './PublishedPorts';
import { commandOf } from './useContainerActions';

interface ContainerOverviewProps {
  container: Container;
  /** What it is made of; undefined until main told. */
  details: ContainerDetails | undefined;
}

/** What is known of a container, and the commands that do what the buttons do. */
export function ContainerOverview({ container, details }: ContainerOverviewProps) {
  const t = useText(containersTexts);
  const d = useText(detailTexts);
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
    ...(container.state === 'exited' && container.exitCode !== null
      ? [{ name: t('exit'), value: exitWords(container.exitCode, container.outOfMemory, language) }]
      : []),
    { name: t('image'), value: container.image },
    {
      name: t('ports'),
      value: container.ports.length === 0 ? t('none') : <PublishedPorts container={container} whole />,
    },
    ...(details === undefined ? [] : madeRows(details)),
    {
      name: d('limits'),
      value: details === undefined ? memoryWords() : limitWords(details),
    },
    ...(details === undefined
      ? []
      : [
          { name: d('restartPolicy'), value: policyWords(details) },
          { name: d('security'), value: securityWords(details) },
        ]),
    { name: t('restartCount'), value: format.count(container.restartCount) },
    { name: t('madeBy'), value: container.madeByWharf ? t('wharfMade') : t('others') },
    { name: t('created'), value: moment(container.createdAtMs) },
    ...(container.startedAtMs === null ? [] : [{ name: t('started'), value: moment(container.startedAtMs) }]),
    ...(container.finishedAtMs === null || container.state === 'running'
      ? []
      : [{ name: t('ended'), value: moment(container.finishedAtMs) }]),
    { name: t('id'), value: <Id id={container.id} label={t('id')} /> },
    { name: t('imageId'), value: <Id id={container.imageId} label={t('imageId')} /> },
  ];

  function memoryWords(): string {
    const bytes = container.memoryLimitBytes;
    return `${d('limitMemory')} ${bytes === null ? d('unlimited') : format.bytes(bytes)}`;
  }
  function limitWords({ limits }: ContainerDetails): string {
    return [
      `${d('limitMemory')} ${limits.memoryBytes === null ? d('unlimited') : format.bytes(limits.memoryBytes)}`,
      `${d('limitCpus')} ${limits.cpus === null ? d('unlimited') : format.count(limits.cpus)}`,
      `${d('limitProcesses')} ${limits.processCount === null ? d('unlimited') : format.count(limits.processCount)}`,
    ].join(' · ');
  }
  function policyWords({ restartPolicy: { name, maximumRetryCount } }: ContainerDetails): string {
    if (name === 'on-failure' && maximumRetryCount > 0) return d('restartTries', { count: maximumRetryCount });
    return d(`restart.${name}`);
  }
  function securityWords({ security }: ContainerDetails): string {
    const list = (names: string[]) => names.map((name) => (name === 'ALL' ? d('allCapabilities') : name)).join(', ');
    return [
      ...(security.privileged ? [d('privileged')] : []),
      d(security.readOnlyRoot ? 'readOnlyRoot' : 'writableRoot'),
      ...(security.noNewPrivileges ? [d('noNewPrivileges')] : []),
      ...(security.capabilitiesDropped.length > 0 ? [d('dropped', { list: list(security.capabilitiesDropped) })] : []),
      ...(security.capabilitiesAdded.length > 0 ? [d('added', { list: list(security.capabilitiesAdded) })] : []),
    ].join(' · ');
  }
  function madeRows(made: ContainerDetails) {
    return [
      { name: d('command'), value: <LongCode text={shellLine(made.command)} label={d('command')} /> },
      { name: d('workingDirectory'), value: <code className="mono">{made.workingDirectory || '/'}</code> },
      { name: d('user'), value: made.user || d('root') },
    ];
  }

  return (
    <div className={styles.columns}>
      <div>
        {details !== undefined && details.engineError !== '' && container.state !== 'running' && (
          <Notice tone="bad" title={d('notStarted')} announced={false}>
            <pre className={`mono ${styles.output}`}>{details.engineError}</pre>
          </Notice>
        )}
        <Section title={t('details')}>
          <Facts rows={rows} />
        </Section>
        {details?.health && <HealthSection health={details.health} />}
      </div>
      <div>
        {details !== undefined && <NetworksSection details={details} />}
        <Section title={t('commands')}>
          <div className={styles.stack}>
            <CommandLine label={t('command.logs')} command={dockerCommand.logs(container.name)} />
            <CommandLine label={d('command.exec')} command={dockerCommand.exec(container.name)} />
            <CommandLine label={d('command.stats')} command={dockerCommand.stats(container.name)} />
            <CommandLine label={d('command.inspect')} command={dockerCommand.inspect(container.name)} />
            {(['start', 'stop', 'restart'] as const).map((kind) => (
              <CommandLine key={kind} label={t(`action.${kind}`)} command={commandOf({ container, deed: { kind } })} />
            ))}
            <CommandLine
              label={t('action.remove')}
              command={commandOf({ container, deed: { kind: 'remove', force: false, volumes: false } })}
            />
          </div>
        </Section>
        {details !== undefined && (
          <Section title={d('labels')}>
            {details.labels.length === 0 ? (
              <p className={styles.soft}>{d('noLabels')}</p>
            ) : (
              <NamedValues label={d('labels')} containerId={container.id} values={details.labels} />
            )}
          </Section>
        )}
      </div>
    </div>
  );
}

/** Longer ones scroll, and can be scrolled by keyboard. */
const longCode = 300;

function LongCode({ text, label }: { text: string; label: string }) {
  const isLong = text.length > longCode;
  return (
    <pre className={`mono ${styles.long}`} {...(isLong && { tabIndex: 0, role: 'region', 'aria-label': label })}>
      {text}
    </pre>
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
