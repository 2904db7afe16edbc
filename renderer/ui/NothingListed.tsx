import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../lib/i18n';
import { FullPage } from './FullPage';
import { icons } from './icons';
import { uiTexts } from './locale';

/** Words for a list without rows. */
export interface NothingListedTexts {
  empty: string;
  emptyNext: string;
  nothingFound: string;
  nothingFoundNext: string;
}

interface NothingListedProps {
  /** Rows exist, and the filter or search hides them all. */
  filtered: boolean;
  texts: NothingListedTexts;
  icon: typeof icons.search;
  /** What to do where there is nothing at all. */
  action: ReactNode;
  onShowAll: () => void;
}

/** In place of a table's rows: nothing there yet, or nothing that matches. */
export function NothingListed({ filtered, texts, icon, action, onShowAll }: NothingListedProps) {
  const t = useText(uiTexts);
  if (!filtered) {
    return (
      <FullPage icon={icon} title={texts.empty} actions={action}>
        {texts.emptyNext}
      </FullPage>
    );
  }
  return (
    <FullPage
      icon={icons.search}
      title={texts.nothingFound}
      actions={
        <Button variant="default" onClick={onShowAll}>
          {t('showAll')}
        </Button>
      }
    >
      {texts.nothingFoundNext}
    </FullPage>
  );
}
