import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { LogStrip, StripButton } from './LogStrip';
import { logTexts } from './locale';

/** Rows that one click brings back before a limited tail. */
const olderAtOnce = 1000;

interface HiddenBeforeProps {
  count: number;
  /** Shows so many more; null where a time limits the lines. */
  onMore: ((count: number) => void) | null;
  onAll: () => void;
}

/** How many older lines a limit hides, and the way to them. */
export function HiddenBefore({ count, onMore, onAll }: HiddenBeforeProps) {
  const t = useText(logTexts);
  const format = useFormat();
  return (
    <LogStrip
      actions={
        <>
          {onMore && count > olderAtOnce && (
            <StripButton onClick={() => onMore(olderAtOnce)}>
              {t('beforeMore', { shown: format.count(olderAtOnce) })}
            </StripButton>
          )}
          <StripButton onClick={onAll}>{t('beforeAll')}</StripButton>
        </>
      }
    >
      {t('before', { shown: format.count(count) })}
    </LogStrip>
  );
}
