import { Autocomplete, Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { type BuildRequest, bundledTag, dockerfilePath } from '../../../electron/contract/builds';
import { dockerCommand } from '../../../electron/contract/commands';
import { writtenOut } from '../../../electron/contract/imageNames';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useBuild } from '../../live/useBuild';
import { useEngineReady, useImages, useSettings, useTasks } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FieldProblem } from '../../ui/FieldProblem';
import form from '../../ui/Form.module.css';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { SourceChoice } from '../../ui/SourceChoice';
import styles from './BuildFormPage.module.css';
import { BuildOptions } from './BuildOptions';
import {
  type BuildFormValues,
  buildFormDefaults,
  bundledBaseArgument,
  dockerfileOf,
  draftOf,
  folderValues,
  nearestTag,
  sourceOf,
  tagOfFolder,
  valuesOf,
  wrongFields,
} from './buildFormValues';
import { ContextCard } from './ContextCard';
import { buildTexts } from './locale';
import { RefusedFolder, StartFailure } from './StartFailure';
import { useContextPreview } from './useContextPreview';

const mutationKey = ['buildImage'];

interface BuildFormPageProps {
  onBuild: (taskId: string) => void;
  /** The build whose request the form begins with; none for a new one. */
  from?: string;
  /** The folder that a new build begins with, and the Dockerfile in it. */
  folder?: string | undefined;
  dockerfile?: string | undefined;
}

/** Starts a build: what is wrong shows while typing, and what it amounts to stands beside it as a `docker` line. */
export function BuildFormPage({ onBuild, from, folder, dockerfile }: BuildFormPageProps) {
  const t = useText(buildTexts);
  const earlier = useBuild(from ?? null);
  const isReading = from !== undefined && earlier === undefined;
  return (
    <>
      <PageHeader
        before={<BackLink place={places.images()} label={t('backToImages')} />}
        title={t('formTitle')}
        actions={
          <Button variant="default" renderRoot={(props) => <Link {...props} {...places.buildHistory()} />}>
            {t('history')}
          </Button>
        }
      />
      <PageBody padded>
        {isReading ? (
          <p role="status">{t('loadingRequest')}</p>
        ) : (
          <BuildForm
            key={JSON.stringify([from, folder, dockerfile])}
            onBuild={onBuild}
            initial={
              earlier ? valuesOf(earlier.request) : folder ? folderValues(folder, dockerfile) : buildFormDefaults
            }
            isGone={from !== undefined && earlier === null}
          />
        )}
      </PageBody>
    </>
  );
}

interface BuildFormProps {
  onBuild: (taskId: string) => void;
  initial: BuildFormValues;
  /** The build that was to be repeated is not known any more. */
  isGone: boolean;
}

function BuildForm({ onBuild, initial, isGone }: BuildFormProps) {
  const t = useText(buildTexts);
  const api = useApi();
  const ready = useEngineReady();
  const settings = useSettings();
  const images = useImages()?.images;
  const tags = useMemo(() => [...new Set(images?.flatMap((image) => image.tags))], [images]);
  const { control, formState, handleSubmit, register, setValue, watch } = useForm<BuildFormValues>({
    defaultValues: initial,
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

  const source = sourceOf(values);
  const dockerfile = dockerfileOf(values);
  const isLookable = (source.kind === 'bundled' || source.path !== '') && dockerfilePath.safeParse(dockerfile).success;
  const { preview, failure: unseen } = useContextPreview(isLookable ? { source, dockerfile } : null);
  const isNamed = (name: string | null) => values.buildArguments.some((pair) => pair.name === name);
  const known = source.kind === 'bundled' ? bundledBaseArgument : (preview?.baseArgument ?? null);
  const baseArgument = isNamed(known) ? null : known;

  const wrong = wrongFields(values, preview);
  const tag = writtenOut(values.tag.trim());
  const running = useTasks()?.find(
    ({ state, subject }) => state === 'running' && subject.kind === 'build' && subject.tag === tag,
  );
  const failure = build.error === null ? null : toFailure(build.error);
  const draft = draftOf(values, baseArgument);
  // What was refused was this folder with this Dockerfile: others are judged anew.
  const isSameContext =
    JSON.stringify([build.variables?.source, build.variables?.dockerfile]) ===
    JSON.stringify([draft.source, draft.dockerfile]);
  const isRefused = failure?.code === 'CONTEXT_REFUSED' && draft.source.kind === 'folder' && isSameContext;
  const folderFailure = isRefused ? failure : unseen;
  const isPast =
    failure !== null &&
    ((failure.code.startsWith('ENGINE_UN') && ready) ||
      (failure.code === 'TASK_ALREADY_RUNNING' && build.variables?.tag !== draft.tag) ||
      (failure.code === 'CONTEXT_REFUSED' && !isSameContext));
  const isBaseOpen = source.kind === 'bundled' && draft.buildArguments[bundledBaseArgument] === undefined;
  const base: Record<string, string> =
    isBaseOpen && settings?.baseImage ? { [bundledBaseArgument]: settings.baseImage } : {};

  function suggestTag(path: string) {
    if (!formState.dirtyFields.tag) setValue('tag', tagOfFolder(path) ?? '');
  }
  function takeSource(next: BuildFormValues['source']) {
    setValue('source', next);
    if (formState.dirtyFields.tag) return;
    setValue('tag', next === 'bundled' ? bundledTag : (tagOfFolder(values.path) ?? ''));
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
    <form className={form.sheet} onSubmit={submit} noValidate>
      <div className={form.fields}>
        {isGone && <Notice tone="info" title={t('requestGone')} />}
        {failure !== null && !isPast && !isRefused && running === undefined && (
          <StartFailure failure={failure} onOpen={onBuild} />
        )}
        <fieldset className={styles.sources}>
          <legend className={styles.legend}>{t('source')}</legend>
          {(['bundled', 'folder'] as const).map((one) => (
            <SourceChoice
              key={one}
              name={t(one)}
              why={t(`${one}Why`)}
              checked={values.source === one}
              onChoose={() => takeSource(one)}
            />
          ))}
        </fieldset>
        {source.kind === 'folder' && (
          <div className={styles.path}>
            <TextInput
              {...register('path', { onChange: ({ target }) => suggestTag(target.value) })}
              label={t('path')}
              classNames={{ input: 'mono' }}
              spellCheck={false}
              autoComplete="off"
              error={
                folderFailure !== null ? (
                  <RefusedFolder failure={folderFailure} />
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
          description={tags.includes(tag) && running === undefined ? t('tagMoves', { tag }) : t('tagHelp')}
          spellCheck={false}
          autoComplete="off"
          error={tagProblem}
        />
        {source.kind === 'folder' && (
          <Controller
            control={control}
            name="dockerfile"
            render={({ field }) => (
              <Autocomplete
                {...field}
                label={t('dockerfile')}
                description={t('dockerfileHelp')}
                data={[...new Set(preview?.dockerfiles)]}
                classNames={{ input: 'mono' }}
                spellCheck={false}
                error={wrong.includes('dockerfile') && t('dockerfileBad')}
              />
            )}
          />
        )}
        <BuildOptions
          {...{ control, register, preview, baseArgument, tags, asked }}
          source={values.source}
          isTargetWrong={wrong.includes('target')}
          isPlatformWrong={wrong.includes('platform')}
        />
      </div>
      <aside className={form.aside}>
        <CommandLine command={dockerCommand.build(draft, base)} />
        {isBaseOpen && settings?.baseImage === null && <p className={form.note}>{t('baseAutomatic')}</p>}
        {!ready && <p className={form.note}>{t('engineAway')}</p>}
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
        <p className={form.note}>{t('goesOn')}</p>
        {preview !== null && <ContextCard preview={preview} />}
      </aside>
    </form>
  );
}
