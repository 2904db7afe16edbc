import type { ContainerDetails } from '../../../../electron/contract/inspect';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { Facts } from '../../../ui/Facts';
import { RelativeTime } from '../../../ui/RelativeTime';
import { Section } from '../../../ui/Section';
import { Status } from '../../../ui/Status';
import { detailTexts } from './locale';
import styles from './Sheet.module.css';

type Health = NonNullable<ContainerDetails['health']>;
type Check = Health['log'][number];

/** How the health check is run and what it said: the last answer whole, those before in a line. */
export function HealthSection({ health }: { health: Health }) {
  const t = useText(detailTexts);
  const format = useFormat();
  const [last, ...earlier] = [...health.log].reverse();
  // Docker writes a shell's line as ["CMD-SHELL", line] and a program's words as ["CMD", ...words].
  const test = health.test.slice(1).join(' ') || health.test.join(' ');
  return (
    <Section title={t('health')}>
      <Facts
        rows={[
          { name: t('healthTest'), value: <code className="mono">{test}</code> },
          { name: t('healthEvery'), value: format.duration(health.intervalMs) },
          ...(health.failingStreak > 0 ? [{ name: t('healthStreak'), value: format.count(health.failingStreak) }] : []),
          {
            name: t('healthLast'),
            value:
              last === undefined ? (
                t('healthNone')
              ) : (
                <div className={styles.stack}>
                  <CheckWords check={last} />
                  {last.output.trim() === '' ? (
                    <span className={styles.soft}>{t('healthSilent')}</span>
                  ) : (
                    <pre className={`mono ${styles.output}`} tabIndex={0} aria-label={t('healthLast')}>
                      {last.output.trim()}
                    </pre>
                  )}
                </div>
              ),
          },
          ...(earlier.length > 0
            ? [
                {
                  name: t('healthEarlier'),
                  value: (
                    <ul className={styles.checks}>
                      {earlier.map((check) => (
                        <li key={check.startedAtMs} className={styles.check}>
                          <CheckWords check={check} />
                          <code className="mono" title={check.output}>
                            {check.output.trim()}
                          </code>
                        </li>
                      ))}
                    </ul>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

function CheckWords({ check }: { check: Check }) {
  const t = useText(detailTexts);
  const ok = check.exitCode === 0;
  return (
    <span className={styles.id}>
      <Status tone={ok ? 'good' : 'bad'} word={ok ? t('healthOk') : t('healthBad', { code: check.exitCode })} />
      {check.endedAtMs !== null && (
        <span className={styles.soft}>
          <RelativeTime atMs={check.endedAtMs} />
        </span>
      )}
    </span>
  );
}
