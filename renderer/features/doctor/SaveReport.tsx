import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import styles from './DoctorPage.module.css';
import { doctorTexts } from './locale';

/** Saves the report to a file that the person picks. */
export function SaveReport() {
  const t = useText(doctorTexts);
  const api = useApi();
  const format = useFormat();
  const save = useMutation({
    mutationFn: async () => {
      const suggestedName = `wharf-diagnostics-${new Date().toISOString().slice(0, 10)}.tar.gz`;
      const { picked } = await api.host.pickSaveFile({ suggestedName, extensions: ['gz'] });
      return picked === null ? null : api.doctor.saveDiagnostics({ grant: picked.grant });
    },
  });
  return (
    <>
      <p className={styles.words}>{t('reportWhy')}</p>
      {save.error !== null && <FailureNotice failure={toFailure(save.error)} during={t('notSaved')} />}
      {save.data != null && (
        <Notice
          tone="info"
          title={t('saved', {
            name: save.data.fileName,
            size: format.bytes(save.data.sizeBytes),
            count: save.data.maskedCount,
          })}
        />
      )}
      <p className={styles.words}>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          {t('saveReport')}
        </Button>
      </p>
    </>
  );
}
