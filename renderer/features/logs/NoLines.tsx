import type { LineSource, SearchProgress } from '../../../electron/contract/lines';
import { useText } from '../../lib/i18n';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { StripButton } from './LogStrip';
import { logTexts } from './locale';

interface NoLinesProps {
  /** How the search stands whose hits would be the lines; null where all lines are asked for. */
  filter: SearchProgress['state'] | null;
  /** True where nothing more can come. */
  isOver: boolean;
  sourceKind: LineSource['kind'];
  /** Takes the filter away. */
  onReset: () => void;
}

/** Stands in place of lines where there are none. */
export function NoLines({ filter, isOver, sourceKind, onReset }: NoLinesProps) {
  const t = useText(logTexts);
  if (filter === 'searching') return null;
  if (filter !== null) {
    return (
      <FullPage
        icon={icons.search}
        title={t('emptyFiltered')}
        actions={<StripButton onClick={onReset}>{t('resetFilter')}</StripButton>}
      >
        {t('emptyFilteredHint')}
      </FullPage>
    );
  }
  return (
    <FullPage icon={icons.logs} title={isOver ? t('emptyEnded') : t('emptyLive')}>
      {isOver ? t('emptyEndedHint') : sourceKind === 'task' ? t('emptyTaskHint') : t('emptyLiveHint')}
    </FullPage>
  );
}
