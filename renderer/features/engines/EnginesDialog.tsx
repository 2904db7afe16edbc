import { Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { BoxedList } from '../../ui/BoxedList';
import { FailureNotice } from '../../ui/FailureNotice';
import { uiTexts } from '../../ui/locale';
import { Notice } from '../../ui/Notice';
import { EngineChoiceRow } from './EngineChoiceRow';
import styles from './EnginesDialog.module.css';
import { engineTexts } from './locale';
import { useChooseEngine } from './useChooseEngine';

/** All engines that may be driven, with their states, and the switch from one to another. */
export function EnginesDialog({ onClose }: { onClose: () => void }) {
  const t = useText(engineTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const listed = useQuery({
    queryKey: ['engineChoices'],
    queryFn: ({ signal }) => api.engine.choices(undefined, { signal }),
    gcTime: 0,
  });
  const choosing = useChooseEngine(onClose);
  const { choices = [], chosenId = null, busyTasks = 0 } = listed.data ?? {};
  return (
    <Modal opened onClose={onClose} title={t('title')} size={680} closeButtonProps={{ 'aria-label': ui('close') }}>
      <div className={styles.body}>
        <p className={styles.intro}>{t('intro')}</p>
        {busyTasks > 0 && <Notice tone="warn" title={t('busy', { count: busyTasks })} />}
        {listed.isPending && (
          <p className={styles.intro}>
            <Loader size={14} /> {t('looking')}
          </p>
        )}
        {listed.error !== null && <FailureNotice failure={toFailure(listed.error)} />}
        {listed.data !== undefined && (
          <BoxedList>
            <EngineChoiceRow
              id={null}
              name={t('automatic')}
              address={t('automaticWhy')}
              isChosen={chosenId === null}
              isOff={busyTasks > 0}
              choosing={choosing}
            />
            {choices.map((choice) => (
              <EngineChoiceRow
                key={choice.id}
                id={choice.id}
                name={choice.kind === 'context' ? choice.id.replace(/^context:/, '') : choice.endpoint.label}
                address={choice.endpoint.address}
                choice={choice}
                isChosen={choice.id === chosenId}
                isOff={busyTasks > 0}
                choosing={choosing}
              />
            ))}
          </BoxedList>
        )}
        {listed.data !== undefined && choices.length === 0 && <p className={styles.intro}>{t('none')}</p>}
      </div>
    </Modal>
  );
}
