import { Button, NumberInput, Textarea } from '@mantine/core';
import { useId, useState } from 'react';
import {
  type AnswerSettings,
  isPlain,
  type Parameters,
  plainSettings,
  systemLengthLimit,
} from '../../../../electron/contract/answers';
import { useText } from '../../../lib/i18n';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { answersTexts } from './locale';
import { PresetChoice } from './PresetChoice';
import styles from './SettingsPanel.module.css';
import { SidePanel } from './SidePanel';
import { given, isInRange, type NumberField, numberFields, stopTexts } from './settingsFields';

interface SettingsPanelProps {
  settings: AnswerSettings;
  /** Stores them; called when a field is left or a preset is taken, with valid settings only. */
  onChange: (settings: AnswerSettings) => void;
  onClose: () => void;
}

/** The system prompt and the parameters of a conversation, with what each does in plain words, and presets of them. */
export function SettingsPanel({ settings, onChange, onClose }: SettingsPanelProps) {
  const t = useText(answersTexts);
  const [system, setSystem] = useState(settings.system);
  const [stop, setStop] = useState((settings.parameters.stop ?? []).join('\n'));
  // What a preset brings in replaces what the fields hold.
  const [generation, setGeneration] = useState(0);

  const change = (part: Parameters) => onChange({ system, parameters: given({ ...settings.parameters, ...part }) });

  function replace(next: AnswerSettings) {
    setSystem(next.system);
    setStop((next.parameters.stop ?? []).join('\n'));
    setGeneration((count) => count + 1);
    onChange(next);
  }

  return (
    <SidePanel title={t('settings')} onClose={onClose}>
      <div className={styles.fields}>
        <p className={styles.words}>{t('settingsWords')}</p>
        <PresetChoice settings={settings} onTake={replace} />
        <Textarea
          label={t('system')}
          description={t('systemHelp')}
          placeholder={t('systemPlaceholder')}
          value={system}
          maxLength={systemLengthLimit}
          autosize
          minRows={3}
          maxRows={12}
          onChange={(event) => setSystem(event.currentTarget.value)}
          onBlur={() => system !== settings.system && onChange({ ...settings, system })}
        />
        {numberFields.map((field) => (
          <NumberRow
            key={`${field.name} ${generation}`}
            field={field}
            value={settings.parameters[field.name]}
            onChange={(value) => change({ [field.name]: value })}
          />
        ))}
        <Textarea
          label={t('param.stop')}
          description={t('param.stop.help')}
          value={stop}
          autosize
          minRows={1}
          maxRows={4}
          spellCheck={false}
          onChange={(event) => setStop(event.currentTarget.value)}
          onBlur={() => change({ stop: stopTexts(stop) })}
        />
        <div className={styles.foot}>
          <span />
          <Button variant="default" disabled={isPlain(settings)} onClick={() => replace(plainSettings)}>
            {t('reset')}
          </Button>
        </div>
      </div>
    </SidePanel>
  );
}

interface NumberRowProps {
  field: NumberField;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

function NumberRow({ field, value, onChange }: NumberRowProps) {
  const t = useText(answersTexts);
  const id = useId();
  const [typed, setTyped] = useState<number | string>(value ?? '');
  const isWrong = typeof typed === 'number' && !isInRange(field, typed);
  const take = (next: number | string) => {
    setTyped(next);
    if (next === '') onChange(undefined);
    else if (typeof next === 'number' && isInRange(field, next)) onChange(next);
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.name}>
        {t(`param.${field.name}`)}
      </label>
      <IconButton
        icon={icons.close}
        label={`${t('byServer')}: ${t(`param.${field.name}`)}`}
        style={{ visibility: typed === '' ? 'hidden' : undefined }}
        onClick={() => take('')}
      />
      <NumberInput
        id={id}
        value={typed}
        placeholder={t('automatic')}
        min={field.min}
        max={field.max}
        step={field.step}
        startValue={field.usual}
        clampBehavior="none"
        error={isWrong}
        aria-describedby={`${id}-help`}
        onChange={take}
      />
      {isWrong && (
        <span className={styles.problem} role="alert">
          {t('outOfRange', { min: field.min, max: field.max })}
        </span>
      )}
      <span id={`${id}-help`} className={styles.help}>
        {t(`param.${field.name}.help`)}
      </span>
    </div>
  );
}
