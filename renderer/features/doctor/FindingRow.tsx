import type { DoctorFinding } from '../../../electron/contract/doctor';
import { useLanguage, useText } from '../../lib/i18n';
import { Status, type Tone } from '../../ui/Status';
import styles from './DoctorPage.module.css';
import { doctorTexts } from './locale';

const tones: Record<DoctorFinding['tone'], Tone> = { ok: 'good', note: 'idle', warn: 'warn', bad: 'bad' };

/** What one check found, and what to do. */
export function FindingRow({ finding: { tone, name, state, fix } }: { finding: DoctorFinding }) {
  const t = useText(doctorTexts);
  const language = useLanguage();
  return (
    <li className={styles.finding}>
      <Status tone={tones[tone]} word={t(tone)} />
      <span className={styles.name}>{name[language]}</span>
      <span className={styles.state}>{state[language]}</span>
      {fix !== undefined && (
        <span className={styles.fix}>
          {t('fix')}: {fix[language]}
        </span>
      )}
    </li>
  );
}
