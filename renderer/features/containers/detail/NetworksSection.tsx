import type { ContainerDetails } from '../../../../electron/contract/inspect';
import { useText } from '../../../lib/i18n';
import { Section } from '../../../ui/Section';
import { detailTexts } from './locale';
import styles from './Sheet.module.css';

/** The networks that a container is connected to, and under which address. */
export function NetworksSection({ details }: { details: ContainerDetails }) {
  const t = useText(detailTexts);
  const isHost = details.networkMode === 'host';
  return (
    <Section title={t('networks')}>
      {isHost && <p className={styles.soft}>{t('hostNetwork')}</p>}
      {details.networks.length === 0 && <p className={styles.soft}>{t('noNetworks')}</p>}
      {!isHost && details.networks.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('network')}</th>
              <th scope="col">{t('ipAddress')}</th>
              <th scope="col">{t('aliases')}</th>
            </tr>
          </thead>
          <tbody>
            {details.networks.map((network) => (
              <tr key={network.name}>
                <td>
                  <span className={styles.cellText}>{network.name}</span>
                </td>
                <td title={network.gateway === '' ? undefined : `${t('gateway')}: ${network.gateway}`}>
                  <span className={`mono ${styles.cellText}`}>{network.ipAddress || '–'}</span>
                </td>
                <td>
                  <span className={styles.cellText}>
                    {network.aliases.filter((alias) => !details.id.startsWith(alias)).join(', ') || '–'}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
