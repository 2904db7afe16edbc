import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { modelReference } from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { FormDialog } from '../../ui/FormDialog';
import { uiTexts } from '../../ui/locale';
import { modelsTexts } from './locale';
import styles from './ModelDialogs.module.css';

interface OfModel {
  endpointId: string;
  /** Its name. */
  model: string;
  onClose: () => void;
}

/** Gives a model a second name. */
export function CopyModelDialog({ endpointId, model, onClose }: OfModel) {
  const t = useText(modelsTexts);
  const api = useApi();
  const [text, setText] = useState('');
  const to = text.trim();
  const isBad = to !== '' && !modelReference.safeParse(to).success;
  const copy = useMutation({ mutationFn: () => api.models.copy({ endpointId, model, to }), onSuccess: onClose });
  return (
    <FormDialog
      title={t('copyTitle', { name: model })}
      submitWord={t('copy')}
      off={to === '' || isBad}
      busy={copy.isPending}
      onSubmit={() => copy.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('newName')}
        description={t('copyWhy')}
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          copy.reset();
        }}
        error={isBad ? t('badName') : undefined}
        maxLength={350}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      {copy.error !== null && <FailureNotice failure={toFailure(copy.error)} />}
    </FormDialog>
  );
}

interface RemoveModelDialogProps extends OfModel {
  sizeBytes: number;
  /** Other names of the same model; see `otherNames`. */
  others: readonly string[];
  onRemoved: () => void;
}

/** Asks before a model goes: names it, and tells whether its data goes with it. */
export function RemoveModelDialog({
  endpointId,
  model,
  sizeBytes,
  others,
  onClose,
  onRemoved,
}: RemoveModelDialogProps) {
  const t = useText(modelsTexts);
  const ui = useText(uiTexts);
  const api = useApi();
  const format = useFormat();
  const remove = useMutation({ mutationFn: () => api.models.remove({ endpointId, model }), onSuccess: onRemoved });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('removeTitle', { name: model })}
      size={480}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <div className={styles.body}>
        <p className={styles.words}>
          {others.length > 0
            ? t('removeKeeps', { names: others.join(', ') })
            : t('removeGoes', { size: format.bytes(sizeBytes) })}
        </p>
        {remove.error !== null && <FailureNotice failure={toFailure(remove.error)} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {ui('remove')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
