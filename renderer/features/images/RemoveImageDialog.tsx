import { Button, Checkbox, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import type { Image } from '../../../electron/contract/images';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useEngineGuard } from '../../live/useEngineGuard';
import { useImages } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { uiTexts } from '../../ui/locale';
import { Notice } from '../../ui/Notice';
import { imageName, shortId } from './imageNames';
import { imagesTexts } from './locale';
import styles from './RemoveImageDialog.module.css';

const mutationKey = ['removeImage'];

interface RemoveImageDialogProps {
  /** As it was when the dialog opened. */
  image: Image;
  onClose: () => void;
  onRemoved: () => void;
}

/** Asks before an image goes: names it, lets one of several tags go alone, and tells who still needs it. */
export function RemoveImageDialog({ image: shown, onClose, onRemoved }: RemoveImageDialogProps) {
  const t = useText(imagesTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const format = useFormat();
  const guard = useEngineGuard();
  const now = useImages()?.images.find(({ id }) => id === shown.id);
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const name = imageName(shown);
  // A tag that went meanwhile, or came, is seen here at once.
  const tags = (now ?? shown).tags;
  const chosen = tags.filter((tag) => !kept.has(tag));
  const references = tags.length === 0 ? [shortId(shown.id)] : chosen;
  const isWhole = chosen.length === tags.length;
  const users = now?.usedBy ?? [];

  const cache = useQueryClient();
  const remove = useMutation({
    mutationKey,
    mutationFn: async (which: string[]) => {
      for (const reference of which) await api.images.remove({ reference });
    },
    onSuccess: onRemoved,
  });
  const failure = remove.error === null ? null : toFailure(remove.error);
  const isGone = now === undefined && !remove.isPending;
  const inUse = isWhole && users.length > 0;
  const blocked = guard !== 'same' || isGone || inUse || references.length === 0;

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('removeTitle', { name })}
      size={520}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.body}>
        {guard === 'lost' && <Notice tone="bad" title={t('engineLost')} />}
        {guard === 'switched' && <Notice tone="bad" title={t('engineSwitched')} />}
        {guard === 'same' && isGone && <Notice tone="info" title={t('removeGone', { name })} />}
        {guard === 'same' && inUse && (
          <Notice tone="warn" title={t('removeUsed', { count: users.length })}>
            <ul className={styles.users}>
              {users.map((user) => (
                <li key={user}>
                  <Link {...places.containers({ find: user })}>{user}</Link>
                </li>
              ))}
            </ul>
            {t('removeUsedNext')}
          </Notice>
        )}
        {/* Who uses it is told above as it stands now; the refusal would only say it again. */}
        {failure !== null && !(failure.code === 'IMAGE_IN_USE' && inUse) && <FailureNotice failure={failure} />}
        <p className={styles.words}>
          {isWhole ? t('removeGoes', { size: format.bytes(shown.sizeBytes) }) : t('removeUntags')}
        </p>
        {tags.length > 1 && (
          <fieldset className={styles.which}>
            <legend className={styles.legend}>{t('removeWhich')}</legend>
            {tags.map((tag) => (
              <Checkbox
                key={tag}
                label={tag}
                checked={!kept.has(tag)}
                onChange={({ currentTarget: { checked } }) => {
                  setKept(new Set(tags.filter((other) => (other === tag ? !checked : kept.has(other)))));
                }}
              />
            ))}
          </fieldset>
        )}
        {references.length > 0 && <CommandLine command={references.map(dockerCommand.removeImage).join(' && ')} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button
            color="red"
            disabled={blocked}
            loading={remove.isPending}
            onClick={() => {
              if (cache.isMutating({ mutationKey }) === 0) remove.mutate(tags.length === 0 ? [shown.id] : chosen);
            }}
          >
            {ui('remove')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
