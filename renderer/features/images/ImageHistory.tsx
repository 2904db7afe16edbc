import { useQuery } from '@tanstack/react-query';
import { dockerCommand } from '../../../electron/contract/commands';
import type { HistoryStep, Image } from '../../../electron/contract/images';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useEngine } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { RelativeTime } from '../../ui/RelativeTime';
import { type Column, cell, SkeletonRows, Table } from '../../ui/Table';
import styles from './ImagePage.module.css';
import { imageTexts } from './imageLocale';
import { imageName } from './imageNames';

/** The steps that made an image, with what each added. */
export function ImageHistory({ image }: { image: Image }) {
  const t = useText(imageTexts);
  const format = useFormat();
  const api = useApi();
  const address = useEngine()?.endpoint?.address;
  const history = useQuery({
    queryKey: ['imageHistory', address, image.id],
    queryFn: ({ signal }) => api.images.history({ reference: image.id }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (history.error !== null) return <FailureNotice failure={toFailure(history.error)} />;
  const steps = history.data?.steps;
  const columns: Column[] = [
    { key: 'at', word: '#', width: '56px', numeric: true },
    { key: 'step', word: t('step') },
    { key: 'when', word: t('when'), width: '132px', numeric: true, wide: true },
    { key: 'added', word: t('added'), width: '132px', numeric: true },
  ];
  return (
    <>
      {steps !== undefined && (
        <p className={styles.total}>
          {t('total', {
            layers: format.count(image.layerCount ?? steps.filter(({ sizeBytes }) => sizeBytes > 0).length),
            size: format.bytes(image.sizeBytes),
          })}
        </p>
      )}
      <div className={styles.table}>
        <Table label={t('history')} columns={columns}>
          {steps === undefined && <SkeletonRows columns={columns} />}
          {steps?.map((step, index) => (
            // Steps have no id of their own and never move.
            <tr key={`${index} ${step.createdBy}`}>
              <td className={cell({ numeric: true })}>{index + 1}</td>
              <td>
                <code className={`mono ${styles.step}`} title={stepWords(step)}>
                  {stepWords(step)}
                </code>
              </td>
              <td className={cell({ numeric: true, wide: true })}>
                {step.createdAtMs > 0 && <RelativeTime atMs={step.createdAtMs} />}
              </td>
              <td className={cell({ numeric: true })}>
                {step.sizeBytes > 0 ? (
                  format.bytes(step.sizeBytes)
                ) : (
                  <span className={styles.soft}>{t('metadata')}</span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </div>
      <div className={styles.command}>
        <CommandLine command={dockerCommand.history(imageName(image))} />
      </div>
    </>
  );
}

/** The instruction without the words that builders put around it. */
function stepWords({ createdBy, comment }: HistoryStep): string {
  const words = createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/^RUN \/bin\/sh -c /, 'RUN ')
    .replace(/\s+# buildkit$/, '')
    .trim();
  return words || comment || '–';
}
