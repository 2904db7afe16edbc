import { Autocomplete, Button, Checkbox } from '@mantine/core';
import { memo } from 'react';
import { type Control, Controller, type UseFormRegister, useWatch } from 'react-hook-form';
import type { ContextPreview } from '../../../electron/contract/builds';
import { environmentName } from '../../../electron/contract/runRequest';
import { useText } from '../../lib/i18n';
import form from '../../ui/Form.module.css';
import { icons } from '../../ui/icons';
import { PairRows } from '../../ui/PairRows';
import styles from './BuildFormPage.module.css';
import type { BuildFormValues } from './buildFormValues';
import { buildTexts } from './locale';

/** Platforms that are usual; any other may be typed. */
const usualPlatforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

interface BuildOptionsProps {
  control: Control<BuildFormValues>;
  register: UseFormRegister<BuildFormValues>;
  source: BuildFormValues['source'];
  isTargetWrong: boolean;
  isPlatformWrong: boolean;
  preview: ContextPreview | null;
  /** The build argument that takes the base image; null where there is none. */
  baseArgument: string | null;
  /** Tags of the engine's images, the same array as long as they are the same. */
  tags: readonly string[];
  /** Somebody tried to send the form. */
  asked: boolean;
}

/** Everything about a build beyond what is built and how it is called. Drawn anew only for what concerns it, not for each key. */
export const BuildOptions = memo(function BuildOptions(props: BuildOptionsProps) {
  const { control, register, source, isTargetWrong, isPlatformWrong, preview, baseArgument, tags, asked } = props;
  const t = useText(buildTexts);
  const hasArguments = useWatch({ control, name: 'buildArguments' }).length > 0;
  const stages = preview?.stages.flatMap(({ name }) => name ?? []) ?? [];
  const byDefault = preview?.arguments.find(({ name }) => name === baseArgument)?.byDefault ?? '';
  return (
    <>
      <div className={form.pair}>
        <Controller
          control={control}
          name="target"
          render={({ field }) => (
            <Autocomplete
              {...field}
              label={t('target')}
              placeholder={t('targetLast')}
              data={[...new Set(stages)]}
              spellCheck={false}
              error={isTargetWrong && t('targetUnknown')}
            />
          )}
        />
        <Controller
          control={control}
          name="platform"
          render={({ field }) => (
            <Autocomplete
              {...field}
              label={t('platform')}
              placeholder="linux/amd64"
              data={usualPlatforms}
              spellCheck={false}
              error={isPlatformWrong && t('platformBad')}
            />
          )}
        />
      </div>
      {baseArgument !== null && (
        <Controller
          control={control}
          name="baseImage"
          render={({ field }) => (
            <Autocomplete
              {...field}
              label={t('base')}
              description={
                source === 'bundled'
                  ? t('baseHelpBundled')
                  : t('baseHelp', { name: baseArgument, image: byDefault || t('none') })
              }
              placeholder={byDefault}
              data={[...tags]}
              limit={50}
              spellCheck={false}
            />
          )}
        />
      )}
      <fieldset className={styles.options}>
        <legend className={styles.legend}>{t('options')}</legend>
        <Checkbox {...register('noCache')} label={t('noCache')} description={t('noCacheWhy')} />
        <Checkbox {...register('pull')} label={t('pull')} description={t('pullWhy')} />
        <Checkbox
          {...register('hostSettings')}
          label={t('hostSettings')}
          description={<PassedOn preview={preview} />}
        />
      </fieldset>
      <Controller
        control={control}
        name="buildArguments"
        render={({ field: { value, onChange } }) => (
          <div className={styles.arguments}>
            <PairRows
              value={value}
              onChange={onChange}
              words={{
                group: t('arguments'),
                name: t('argumentName'),
                value: t('argumentValue'),
                add: t('addArgument'),
                remove: t('removeArgument'),
              }}
              problem={({ name, value: typed }, all) => {
                if (name === '') return asked && typed !== '' ? t('argumentBad') : null;
                if (!environmentName.safeParse(name).success) return t('argumentBad');
                return all.filter((other) => other.name === name).length > 1 ? t('argumentTwice') : null;
              }}
            />
            <TakenArguments
              preview={preview}
              known={[...value.map(({ name }) => name), baseArgument ?? '']}
              onAdd={(name) => onChange([...value, { name, value: '' }])}
            />
          </div>
        )}
      />
      {hasArguments && <p className={form.note}>{t('argumentsOpen')}</p>}
    </>
  );
});

/** What `hostSettings` passes on, by name. */
function PassedOn({ preview }: { preview: ContextPreview | null }) {
  const t = useText(buildTexts);
  if (preview === null) return '\u00a0';
  const { proxies, certificates, pip } = preview.hostSettings;
  const names = [
    ...proxies,
    ...(certificates ? [t('hostSettings.certificates')] : []),
    ...(pip ? [t('hostSettings.pip')] : []),
  ];
  return names.length === 0 ? t('hostSettingsNone') : t('hostSettingsPassed', { names: names.join(', ') });
}

interface TakenArgumentsProps {
  preview: ContextPreview | null;
  known: readonly string[];
  onAdd: (name: string) => void;
}

/** The arguments that the Dockerfile takes and that have no value of their own yet, each a click away. */
function TakenArguments({ preview, known, onAdd }: TakenArgumentsProps) {
  const t = useText(buildTexts);
  const left = preview?.arguments.filter(({ name }) => !known.includes(name)) ?? [];
  if (left.length === 0) return null;
  return (
    <div className={styles.taken}>
      <span className={form.note}>{t('takes')}</span>
      {left.slice(0, 12).map(({ name, byDefault }) => (
        <Button
          key={name}
          variant="default"
          size="compact-xs"
          title={byDefault === null ? undefined : `${name}=${byDefault}`}
          aria-label={t('addNamed', { name })}
          leftSection={<icons.add size={12} aria-hidden />}
          onClick={() => onAdd(name)}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}
