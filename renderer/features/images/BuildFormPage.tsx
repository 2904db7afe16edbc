import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import type { BuildRequest } from '../../../electron/contract/builds';
import { dockerCommand } from '../../../electron/contract/commands';
import { environmentName } from '../../../electron/contract/runRequest';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useEngineReady, useImages, useSettings, useTasks } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FieldProblem } from '../../ui/FieldProblem';
import form from '../../ui/Form.module.css';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { PairRows } from '../../ui/PairRows';
import styles from './BuildFormPage.module.css';
import {
  type BuildFormValues,
  buildFormDefaults,
  bundledTag,
  draftOf,
  nearestTag,
  tagOfFolder,
  wrongFields,
} from './buildFormValues';
import { withVersion } from './imageNames';
import { buildTexts } from './locale';
import { SourceChoice } from './SourceChoice';
import { RefusedFolder, StartFailure } from './StartFailure';

/** The build argument by which the bundled Dockerfile takes its base image. */
const baseImageArgument = 'BASE_IMAGE';

const mutationKey = ['buildImage'];

/** Starts a build: what is wrong shows while typing, and what it amounts to stands beside it as a `docker` line. */
export function BuildFormPage({ onBuild }: { onBuild: (taskId: string) => void }) {
  const t = useText(buildTexts);
  const api = useApi();
  const ready = useEngineReady();
  const settings = useSettings();
  const tags = new Set(useImages()?.images.flatMap((image) => image.tags));
  const { control, formState, handleSubmit, register, setValue, watch } = useForm<BuildFormValues>({
    defaultValues: buildFormDefaults,
  });
  const values = watch();
  const [asked, setAsked] = useState(false);
  const cache = useQueryClient();
  const build = useMutation({
    mutationKey,
    mutationFn: (request: BuildRequest) => api.builds.start(request),
    onSuccess: ({ taskId }) => onBuild(taskId),
  });
  const choose = useMutation({
    mutationFn: () => api.host.chooseFolder(),
    onSuccess: ({ path }) => {
      if (path === null) return;
      setValue('path', path);
      suggestTag(path);
    },
  });

  const wrong = wrongFields(values);
  const tag = withVersion(values.tag.trim());
  const running = useTasks()?.find(
    ({ state, subject }) => state === 'running' && subject.kind === 'build' && subject.tag === tag,
  );
  const failure = build.error === null ? null : toFailure(build.error);
  const draft = draftOf(values);
  // What was refused was this folder: another one is judged anew.
  const isSameSource = JSON.stringify(build.variables?.source) === JSON.stringify(draft.source);
  const refusedFolder = failure?.code === 'CONTEXT_REFUSED' && draft.source.kind === 'folder' && isSameSource;
  const isPast =
    failure !== null &&
    ((failure.code.startsWith('ENGINE_UN') && ready) ||
      (failure.code === 'TASK_ALREADY_RUNNING' && build.variables?.tag !== draft.tag) ||
      (failure.code === 'CONTEXT_REFUSED' && !isSameSource));
  const isBaseOpen = values.source === 'bundled' && draft.buildArguments[baseImageArgument] === undefined;
  const base: Record<string, string> =
    isBaseOpen && settings?.baseImage ? { [baseImageArgument]: settings.baseImage } : {};

  function suggestTag(path: string) {
    if (!formState.dirtyFields.tag) setValue('tag', tagOfFolder(path) ?? '');
  }
  function takeSource(source: BuildFormValues['source']) {
    setValue('source', source);
    if (formState.dirtyFields.tag) return;
    setValue('tag', source === 'bundled' ? bundledTag : (tagOfFolder(values.path) ?? ''));
  }

  const tagProblem = (() => {
    if (running !== undefined) {
      return (
        <FieldProblem words={t('tagRunning', { tag })} remedy={t('openBuild')} onRemedy={() => onBuild(running.id)} />
      );
    }
    if (!wrong.includes('tag')) return undefined;
    if (values.tag.trim() === '') return asked ? t('tagMissing') : undefined;
    const near = nearestTag(values.tag);
    if (near === null) return t('tagBad');
    const useNear = () => setValue('tag', near, { shouldDirty: true });
    return <FieldProblem words={t('tagBad')} remedy={t('useTag', { tag: near })} onRemedy={useNear} />;
  })();

  const submit = handleSubmit(() => {
    setAsked(true);
    // Asked of the cache: clicks that follow at once come before this page is drawn again.
    const isStarting = cache.isMutating({ mutationKey }) > 0;
    if (wrong.length === 0 && running === undefined && ready && !isStarting) build.mutate(draft);
  });

  return (
    <>
      <PageHeader
        before={
          <Link {...places.images()} aria-label={t('backToImages')} title={t('backToImages')}>
            <icons.back size={16} stroke={1.75} aria-hidden />
          </Link>
        }
        title={t('formTitle')}
      />
      <PageBody padded>
        <form className={form.sheet} onSubmit={submit} noValidate>
          <div className={form.fields}>
            {!ready && <Notice tone="warn" title={t('engineAway')} />}
            {failure !== null && !isPast && !refusedFolder && running === undefined && (
              <StartFailure failure={failure} onOpen={onBuild} />
            )}
            <fieldset className={styles.sources}>
              <legend className={styles.legend}>{t('source')}</legend>
              {(['bundled', 'folder'] as const).map((source) => (
                <SourceChoice
                  key={source}
                  name={t(source)}
                  why={t(`${source}Why`)}
                  checked={values.source === source}
                  onChoose={() => takeSource(source)}
                />
              ))}
            </fieldset>
            {values.source === 'folder' && (
              <div className={styles.path}>
                <TextInput
                  {...register('path', { onChange: ({ target }) => suggestTag(target.value) })}
                  label={t('path')}
                  classNames={{ input: 'mono' }}
                  spellCheck={false}
                  autoComplete="off"
                  error={
                    refusedFolder ? (
                      <RefusedFolder failure={failure} />
                    ) : (
                      asked && wrong.includes('path') && t('pathMissing')
                    )
                  }
                />
                <Button
                  variant="default"
                  className={styles.choose}
                  loading={choose.isPending}
                  leftSection={<icons.folder size={15} stroke={1.75} aria-hidden />}
                  onClick={() => choose.mutate()}
                >
                  {t('choose')}
                </Button>
              </div>
            )}
            <TextInput
              {...register('tag')}
              label={t('tag')}
              description={tags.has(tag) && running === undefined ? t('tagMoves', { tag }) : t('tagHelp')}
              spellCheck={false}
              autoComplete="off"
              error={tagProblem}
            />
            <Checkbox {...register('noCache')} label={t('noCache')} description={t('noCacheWhy')} />
            <Controller
              control={control}
              name="buildArguments"
              render={({ field: { value, onChange } }) => (
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
              )}
            />
            {values.buildArguments.length > 0 && <p className={form.note}>{t('argumentsOpen')}</p>}
          </div>
          <aside className={form.aside}>
            <CommandLine command={dockerCommand.build(draft, base)} />
            {isBaseOpen && settings?.baseImage === null && <p className={form.note}>{t('baseAutomatic')}</p>}
            <p className={form.note}>{t('goesOn')}</p>
            <div className={form.buttons}>
              <Button
                type="submit"
                loading={build.isPending}
                disabled={!ready || running !== undefined}
                leftSection={<icons.build size={15} aria-hidden />}
              >
                {t('submit')}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.images()} />}>
                {t('cancelForm')}
              </Button>
            </div>
          </aside>
        </form>
      </PageBody>
    </>
  );
}
