import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Dropped } from '../../electron/contract/drops';
import { useApi } from '../lib/client';
import { takeDrop } from '../lib/droppedFiles';
import { useText } from '../lib/i18n';
import { isInBrowser } from '../lib/inBrowser';
import { places } from '../lib/places';
import { icons } from '../ui/icons';
import { uiTexts } from '../ui/locale';
import { useTellFailure } from '../ui/useTellFailure';
import { dropTexts } from './dropLocale';
import styles from './FileDrop.module.css';

const CreateDroppedModel = lazy(() =>
  import('../features/models/CreateDroppedModel').then(({ CreateDroppedModel }) => ({ default: CreateDroppedModel })),
);
const LoadDroppedDialog = lazy(() =>
  import('../features/images/LoadDroppedDialog').then(({ LoadDroppedDialog }) => ({ default: LoadDroppedDialog })),
);

type Opened = Extract<Dropped, { kind: 'archive' | 'gguf' }>;

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;

/** A dialog is open: what is dropped would open another one above it. */
const isBusy = () => document.querySelector('[aria-modal="true"]') !== null;

/**
 * Takes files that are dropped anywhere on the page but where a part of it takes them itself: shows what can be dropped while
 * they are held above, and opens the form that the file is for. Nothing that is dropped ever takes the page's place.
 */
export function FileDrop() {
  const t = useText(dropTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const navigate = useNavigate();
  const tellFailure = useTellFailure();
  const [state, setState] = useState<'idle' | 'over' | 'taking'>('idle');
  const [opened, setOpened] = useState<Opened | null>(null);

  useEffect(() => {
    const leave = () => setState((now) => (now === 'over' ? 'idle' : now));
    const onDragOver = (event: DragEvent) => {
      if (event.defaultPrevented) return leave();
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const takes = !isBusy();
      if (event.dataTransfer) event.dataTransfer.dropEffect = takes ? 'copy' : 'none';
      if (takes) setState((now) => (now === 'idle' ? 'over' : now));
    };
    // Without a target to go to, it was the window that was left.
    const onDragLeave = (event: DragEvent) => !event.relatedTarget && leave();
    const open = (dropped: Dropped | null) => {
      if (dropped === null) return;
      if (dropped.kind === 'refused') {
        const { reason, name } = dropped;
        const words = { what: t(`${reason}.what`, { name }), next: t(`${reason}.next`), raw: [] };
        void import('../ui/toasts').then(({ showFailure }) => showFailure(words, ui('dismiss')));
      } else if (dropped.kind === 'folder') {
        void navigate(places.buildImage({ folder: dropped.path, dockerfile: dropped.dockerfile }));
      } else {
        if (dropped.kind === 'gguf') void navigate(places.models());
        setOpened(dropped);
      }
    };
    const onDrop = (event: DragEvent) => {
      leave();
      if (event.defaultPrevented || !carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      if (isBusy()) return;
      setState('taking');
      takeDrop(api, event.dataTransfer)
        .then(open, tellFailure)
        .finally(() => setState('idle'));
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, [api, navigate, t, tellFailure, ui]);

  useEffect(() => {
    if (state !== 'over') return;
    const leave = () => setState('idle');
    const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && leave();
    window.addEventListener('keydown', onKeyDown);
    // None comes while something is dragged: it ended, whatever the system told.
    window.addEventListener('pointermove', leave);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('pointermove', leave);
    };
  }, [state]);

  const close = () => setOpened(null);
  return (
    <>
      {state !== 'idle' && (
        <div className={styles.cover}>
          <div className={styles.target} role="status">
            <icons.load size={28} stroke={1.5} aria-hidden />
            <p className={styles.title}>{t(state === 'over' ? 'title' : 'taking')}</p>
            {state === 'over' && (
              <>
                <dl className={styles.kinds}>
                  {!isInBrowser() && (
                    <>
                      <dt>{t('folder')}</dt>
                      <dd>{t('folderOpens')}</dd>
                    </>
                  )}
                  <dt>{t('archive')}</dt>
                  <dd>{t('archiveOpens')}</dd>
                  <dt>{t('gguf')}</dt>
                  <dd>{t('ggufOpens')}</dd>
                </dl>
                <p className={styles.leave}>{t('leave')}</p>
              </>
            )}
          </div>
        </div>
      )}
      <Suspense>
        {opened?.kind === 'gguf' && <CreateDroppedModel picked={opened.picked} onClose={close} />}
        {opened?.kind === 'archive' && (
          <LoadDroppedDialog
            picked={opened.picked}
            onBegun={(taskId) => {
              close();
              void navigate(places.transfer(taskId));
            }}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}
