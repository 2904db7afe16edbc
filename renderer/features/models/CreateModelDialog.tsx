import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { PickedFile } from '../../../electron/contract/host';
import {
  type InstalledModel,
  modelfileLengthLimit,
  modelReference,
  type Ollama,
} from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import { FormDialog } from '../../ui/FormDialog';
import { icons } from '../../ui/icons';
import { modelsTexts } from './locale';
import styles from './ModelDialogs.module.css';

interface CreateModelDialogProps {
  ollama: Ollama;
  models: readonly InstalledModel[];
  /** A GGUF file to begin with; picked in the dialog where left out. */
  from?: PickedFile;
  onClose: () => void;
}

/** Creates a model from a GGUF file or a model that is there, as a Modelfile says. */
export function CreateModelDialog({ ollama, models, from, onClose }: CreateModelDialogProps) {
  const t = useText(modelsTexts);
  const api = useApi();
  const [name, setName] = useState(from === undefined ? '' : nameOf(from.name));
  const [picked, setPicked] = useState<PickedFile | null>(from ?? null);
  const [modelfile, setModelfile] = useState(() => {
    if (from !== undefined) return withFrom('', from.name);
    return models[0] === undefined ? '' : `FROM ${models[0].name}\n`;
  });
  const wanted = name.trim();
  const isBad = wanted !== '' && !modelReference.safeParse(wanted).success;
  const pick = useMutation({
    mutationFn: () => api.host.pickOpenFile({ extensions: ['gguf'] }),
    onSuccess: ({ picked: file }) => {
      if (file === null) return;
      setPicked(file);
      setModelfile((text) => withFrom(text, file.name));
      if (wanted === '') setName(nameOf(file.name));
    },
  });
  const create = useMutation({
    mutationFn: () =>
      api.models.create({
        endpointId: ollama.endpointId,
        model: wanted,
        modelfile,
        grant: picked?.grant ?? null,
      }),
    onSuccess: onClose,
  });
  const isOff = wanted === '' || isBad || (modelfile.trim() === '' && picked === null);
  const failed = create.error ?? pick.error;
  return (
    <FormDialog
      title={t('createTitle')}
      widthPx={640}
      submitWord={t('createNow')}
      off={isOff}
      busy={create.isPending}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <div className={styles.file}>
        <Button
          variant="default"
          leftSection={<icons.folder size={15} stroke={1.75} aria-hidden />}
          loading={pick.isPending}
          onClick={() => pick.mutate()}
        >
          {t('pickGguf')}
        </Button>
        <span className={styles.fileName}>{picked === null ? t('noFile') : picked.name}</span>
      </div>
      <TextInput
        label={t('newName')}
        value={name}
        onChange={({ currentTarget: { value } }) => setName(value)}
        error={isBad ? t('badName') : undefined}
        maxLength={350}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <Textarea
        label={t('modelfile')}
        description={t('modelfileHelp')}
        value={modelfile}
        onChange={({ currentTarget: { value } }) => setModelfile(value)}
        classNames={{ input: `mono ${styles.editor}` }}
        rows={12}
        maxLength={modelfileLengthLimit}
        spellCheck={false}
      />
      {failed !== null && <FailureNotice failure={toFailure(failed)} />}
    </FormDialog>
  );
}

/** A Modelfile that begins with the picked file; all else in it stays. */
function withFrom(modelfile: string, fileName: string): string {
  const line = `FROM ./${fileName}`;
  if (/^\s*FROM\b.*$/im.test(modelfile)) return modelfile.replace(/^\s*FROM\b.*$/im, () => line);
  return `${line}\n${modelfile}`;
}

/** `SmolLM2-135M.Q4_1.gguf` -> `smollm2-135m.q4_1` */
function nameOf(fileName: string): string {
  return fileName
    .replace(/\.gguf$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 80);
}
