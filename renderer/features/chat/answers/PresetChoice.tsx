import { Button, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { AnswerPreset } from '../../../../electron/contract/answerPresets';
import type { AnswerSettings } from '../../../../electron/contract/answers';
import { useApi } from '../../../lib/client';
import { toFailure } from '../../../lib/failures';
import { useText } from '../../../lib/i18n';
import { useImeEnter } from '../../../lib/imeEnter';
import { FailureNotice } from '../../../ui/FailureNotice';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { answersTexts } from './locale';
import styles from './SettingsPanel.module.css';
import { usePresets } from './watchedLists';

const inOrder = (parameters: AnswerSettings['parameters']) =>
  JSON.stringify(Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1)));

const sameSettings = (a: AnswerSettings, b: AnswerSettings) =>
  a.system === b.system && inOrder(a.parameters) === inOrder(b.parameters);

/** Settings under a name: taken, saved, deleted. Shows which one is in force. */
export function PresetChoice(props: { settings: AnswerSettings; onTake: (settings: AnswerSettings) => void }) {
  const { settings, onTake } = props;
  const t = useText(answersTexts);
  const api = useApi();
  const presets = usePresets() ?? [];
  const [isNaming, setNaming] = useState(false);
  const put = useMutation({
    mutationFn: (preset: AnswerPreset) => api.answerPresets.put(preset),
    onSuccess: () => setNaming(false),
  });
  const remove = useMutation({ mutationFn: (id: string) => api.answerPresets.remove({ id }) });
  const inForce = presets.find((preset) => sameSettings(preset.settings, settings));
  const error = put.error ?? remove.error;

  function save(name: string) {
    const known = presets.find((preset) => preset.name === name);
    put.mutate({ id: known?.id ?? crypto.randomUUID(), name, settings });
  }

  return (
    <>
      {error && <FailureNotice failure={toFailure(error)} during={t('notSaved')} />}
      <div className={styles.presets}>
        <Select
          label={t('preset')}
          placeholder={t('presetNone')}
          data={presets.map(({ id, name }) => ({ value: id, label: name }))}
          value={inForce?.id ?? null}
          disabled={presets.length === 0}
          allowDeselect={false}
          onChange={(id) => {
            const taken = presets.find((preset) => preset.id === id);
            if (taken) onTake(taken.settings);
          }}
        />
        {inForce ? (
          <IconButton
            icon={icons.remove}
            danger
            label={`${t('presetRemove')}: ${inForce.name}`}
            onClick={() => remove.mutate(inForce.id)}
          />
        ) : (
          <Button variant="default" onClick={() => setNaming(true)} disabled={isNaming}>
            {t('presetSave')}
          </Button>
        )}
      </div>
      {isNaming && !inForce && <PresetName isPending={put.isPending} onSave={save} onCancel={() => setNaming(false)} />}
    </>
  );
}

interface PresetNameProps {
  isPending: boolean;
  onSave: (name: string) => void;
  onCancel: () => void;
}

function PresetName({ isPending, onSave, onCancel }: PresetNameProps) {
  const t = useText(answersTexts);
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const save = (text: string) => {
    if (text.trim() !== '') onSave(text.trim());
  };
  useImeEnter(field, save);
  return (
    <div className={styles.save}>
      <TextInput
        ref={field}
        label={t('presetName')}
        value={name}
        maxLength={80}
        autoFocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button variant="default" onClick={onCancel}>
        {t('cancel')}
      </Button>
      <Button disabled={name.trim() === ''} loading={isPending} onClick={() => save(name)}>
        {t('save')}
      </Button>
    </div>
  );
}
