import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { useEngine } from '../../live/useLive';
import { BoxedList } from '../../ui/BoxedList';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Section } from '../../ui/Section';
import { Status } from '../../ui/Status';
import styles from './DoctorPage.module.css';
import { FindingRow } from './FindingRow';
import { doctorTexts } from './locale';
import { SaveReport } from './SaveReport';

/** Checks of the engine and what stands around it, with what to do about each; and the file for whoever helps. */
export function DoctorPage() {
  const t = useText(doctorTexts);
  const api = useApi();
  const engine = useEngine();
  const address = engine?.phase === 'ready' ? engine.endpoint?.address : undefined;
  const checked = useQuery({
    queryKey: ['doctor', address],
    queryFn: ({ signal }) => api.doctor.check(undefined, { signal }),
    enabled: address !== undefined,
    gcTime: 0,
  });
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <Button
            variant="default"
            disabled={address === undefined}
            loading={checked.isFetching}
            onClick={() => void checked.refetch()}
          >
            {t('again')}
          </Button>
        }
      />
      <PageBody padded>
        <div className={styles.page}>
          <Section title={t('checks')}>
            <p className={styles.words}>{t('intro')}</p>
            {address === undefined && <p className={styles.words}>{t('noEngine')}</p>}
            {address !== undefined && checked.isPending && <Status tone="busy" word={t('checking')} />}
            {checked.error !== null && <FailureNotice failure={toFailure(checked.error)} />}
            {checked.data !== undefined && (
              <BoxedList>
                {checked.data.findings.map((finding) => (
                  <FindingRow key={finding.id} finding={finding} />
                ))}
              </BoxedList>
            )}
          </Section>
          <Section title={t('report')}>
            <SaveReport />
          </Section>
          <CommandLine label={t('sameInTerminal')} command="npm run doctor" />
        </div>
      </PageBody>
    </>
  );
}
