import type { ContainerDetails } from '../../../../electron/contract/inspect';
import { useText } from '../../../lib/i18n';
import { Section } from '../../../ui/Section';
import { detailTexts } from './locale';
import { NamedValues } from './NamedValues';
import styles from './Sheet.module.css';

/** What a container was given: variables, with secrets hidden, and what is mounted into it. */
export function EnvironmentTab({ details }: { details: ContainerDetails }) {
  const t = useText(detailTexts);
  const hidden = details.environment.some(({ value }) => value === null);
  return (
    <div className={styles.single}>
      <Section title={t('variables')}>
        {hidden && <p className={styles.soft}>{t('hiddenWhy')}</p>}
        {details.environment.length === 0 ? (
          <p className={styles.soft}>{t('noVariables')}</p>
        ) : (
          <NamedValues label={t('variables')} containerId={details.id} values={details.environment} />
        )}
      </Section>
      <Section title={t('mounts')}>
        {details.mounts.length === 0 ? <p className={styles.soft}>{t('noMounts')}</p> : <Mounts details={details} />}
      </Section>
    </div>
  );
}

const kinds = ['bind', 'volume', 'tmpfs'] as const;

function Mounts({ details }: { details: ContainerDetails }) {
  const t = useText(detailTexts);
  const kindWord = (kind: string) => {
    const known = kinds.find((one) => one === kind);
    return known === undefined ? kind : t(`kind.${known}`);
  };
  return (
    <table className={styles.table} aria-label={t('mounts')}>
      <colgroup>
        <col style={{ width: '28%' }} />
        <col style={{ width: '18%' }} />
        <col />
        <col style={{ width: '18%' }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('target')}</th>
          <th scope="col">{t('kind')}</th>
          <th scope="col">{t('source')}</th>
          <th scope="col">{t('access')}</th>
        </tr>
      </thead>
      <tbody>
        {details.mounts.map((mount) => (
          <tr key={mount.target}>
            <td>
              <span className={`mono ${styles.cellText}`}>{mount.target}</span>
            </td>
            <td>
              <span className={styles.cellText}>{kindWord(mount.kind)}</span>
            </td>
            <td>
              <span className={`mono ${styles.cellText}`} title={mount.source || undefined}>
                {mount.name ?? (mount.source || '–')}
              </span>
            </td>
            <td>
              <span className={styles.cellText} title={mount.options || undefined}>
                {t(mount.readOnly ? 'readOnly' : 'readWrite')}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
