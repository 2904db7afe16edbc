import { Button, NativeSelect, TextInput } from '@mantine/core';
import { hasApiKey } from '../../../../electron/contract/runRequest';
import { useText } from '../../../lib/i18n';
import { Choices } from '../../../ui/Choices';
import { FieldProblem } from '../../../ui/FieldProblem';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { containersTexts } from '../locale';
import { environmentOf } from '../runFormRequest';
import { runTexts } from '../runLocale';
import type { PortConflict } from '../usePortConflict';
import styles from './run.module.css';
import { type RunSectionProps, useRunForm } from './useRunForm';

/** Ports to publish, who holds those that are taken, and who may reach them. */
export function PortsSection({ isWrong, conflicts, wasPublic, defaults }: RunSectionProps) {
  const t = useText(runTexts);
  const words = useText(containersTexts);
  const { values, change } = useRunForm();
  const { ports, network } = values;
  if (network === 'host' || network === 'none') {
    return (
      <div>
        <div className={styles.label}>{t('ports')}</div>
        <p className={styles.note}>{t(network === 'host' ? 'portsOnHost' : 'portsNone')}</p>
        {network === 'host' && defaults?.servesApi && !hasApiKey(environmentOf(values)) && <NeedsKey />}
      </div>
    );
  }
  const set = (index: number, part: Partial<(typeof ports)[number]>) =>
    change(
      'ports',
      ports.map((port, at) => (at === index ? { ...port, ...part } : port)),
    );
  return (
    <>
      <div>
        <div className={styles.ports}>
          <span className={styles.label}>{words('hostPort')}</span>
          <span className={styles.label}>{words('containerPort')}</span>
          <span className={styles.label}>{t('protocol')}</span>
          <span />
          {ports.map((port, index) => {
            const conflict = conflicts[index] ?? null;
            return (
              // Ports have no identity of their own and are only added at the end.
              <PortRow key={index} port={port} index={index} conflict={conflict} onChange={set} />
            );
          })}
        </div>
        {isWrong('ports') && <p className={styles.problem}>{t('portsBad')}</p>}
        {ports.some(({ hostPort }) => hostPort.trim() === '') && <p className={styles.note}>{words('hostPortHelp')}</p>}
      </div>
      <div className={styles.row}>
        <Button
          variant="default"
          leftSection={<icons.add size={14} aria-hidden />}
          onClick={() => change('ports', [...ports, { hostPort: '', containerPort: '', protocol: 'tcp' }])}
        >
          {t('addPort')}
        </Button>
        <Choices
          label={t('reach')}
          value={values.reach}
          choices={(['thisMachine', 'network', ...(wasPublic ? (['asBefore'] as const) : [])] as const).map(
            (value) => ({
              value,
              word: t(value),
            }),
          )}
          onChange={(reach) => change('reach', reach)}
        />
      </div>
      {values.reach === 'network' && (
        <>
          <p className={styles.risk}>{t('reachRisk')}</p>
          {!hasApiKey(environmentOf(values)) && <NeedsKey />}
          {defaults !== undefined && !defaults.servesApi && <p className={styles.note}>{t('notOurs')}</p>}
        </>
      )}
    </>
  );
}

/** The key that lets others in: typed among the variables, or made by one click. */
function NeedsKey() {
  const t = useText(runTexts);
  const { values, change } = useRunForm();
  return (
    <FieldProblem
      words={t('needsKey')}
      remedy={t('makeKey')}
      onRemedy={() =>
        change('environment', [
          ...values.environment.filter(({ name }) => name !== 'API_KEY' && name !== ''),
          { name: 'API_KEY', value: newApiKey() },
        ])
      }
    />
  );
}

/** A key that nobody guesses, of letters and digits. */
function newApiKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return [...bytes]
    .map((byte) => byte.toString(36).padStart(2, '0'))
    .join('')
    .slice(0, 40);
}

interface PortRowProps {
  port: { hostPort: string; containerPort: string; protocol: 'tcp' | 'udp' };
  index: number;
  conflict: PortConflict | null;
  onChange: (index: number, part: { hostPort?: string; containerPort?: string; protocol?: 'tcp' | 'udp' }) => void;
}

function PortRow({ port, index, conflict, onChange }: PortRowProps) {
  const t = useText(runTexts);
  const words = useText(containersTexts);
  const { values, change } = useRunForm();
  const number = index === 0 ? '' : ` ${index + 1}`;
  return (
    <>
      <TextInput
        value={port.hostPort}
        placeholder={words('automatic')}
        aria-label={`${words('hostPort')}${number}`}
        inputMode="numeric"
        autoComplete="off"
        error={conflict !== null}
        onChange={(event) => onChange(index, { hostPort: event.currentTarget.value })}
      />
      <TextInput
        value={port.containerPort}
        aria-label={`${words('containerPort')}${number}`}
        inputMode="numeric"
        autoComplete="off"
        onChange={(event) => onChange(index, { containerPort: event.currentTarget.value })}
      />
      <NativeSelect
        value={port.protocol}
        aria-label={`${t('protocol')}${number}`}
        data={['tcp', 'udp']}
        onChange={(event) => onChange(index, { protocol: event.currentTarget.value as 'tcp' | 'udp' })}
      />
      <IconButton
        icon={icons.close}
        label={t('removePort', { port: port.containerPort || index + 1 })}
        onClick={() =>
          change(
            'ports',
            values.ports.filter((_, at) => at !== index),
          )
        }
      />
      {conflict !== null && (
        <div className={styles.problem}>
          <FieldProblem
            words={
              conflict.holder === null
                ? words('portTaken', { port: conflict.port })
                : words(conflict.holder.kind === 'container' ? 'portTakenContainer' : 'portTakenProcess', {
                    port: conflict.port,
                    holder: conflict.holder.name,
                  })
            }
            {...(conflict.nextFreePort === null
              ? {}
              : {
                  remedy: words('usePort', { port: conflict.nextFreePort }),
                  onRemedy: () => onChange(index, { hostPort: String(conflict.nextFreePort) }),
                })}
          />
        </div>
      )}
    </>
  );
}
