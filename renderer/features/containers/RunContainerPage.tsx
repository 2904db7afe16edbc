import { Autocomplete, Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Controller, FormProvider, useForm } from 'react-hook-form';
import { dockerCommand } from '../../../electron/contract/commands';
import type { ContainerDescription } from '../../../electron/contract/containers';
import type { FailureValue } from '../../../electron/contract/failures';
import { type RunRequest, safeUser, specOfRequest } from '../../../electron/contract/runRequest';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useEngine, useEngineReady, useImages } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FieldProblem } from '../../ui/FieldProblem';
import form from '../../ui/Form.module.css';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { containersTexts } from './locale';
import { BackendSection } from './run/BackendSection';
import { EnvironmentSection } from './run/EnvironmentSection';
import { LifecycleSection } from './run/LifecycleSection';
import { NetworkSection } from './run/NetworkSection';
import { PortsSection } from './run/PortsSection';
import { PresetBar } from './run/PresetBar';
import { ResourcesSection } from './run/ResourcesSection';
import { SafetySection } from './run/SafetySection';
import { StorageSection } from './run/StorageSection';
import type { RunSectionProps } from './run/useRunForm';
import {
  draftOf,
  type FormSurroundings,
  freeName,
  type RunField,
  type RunFormValues,
  requestOf,
  runFormDefaults,
  valuesOf,
} from './runFormValues';
import { runTexts } from './runLocale';
import { usePortConflicts } from './usePortConflict';
import { type RunKind, useRun } from './useRun';

interface RunContainerPageProps {
  /** The image to begin with. */
  image: string | undefined;
  /** A container to begin with: another one like it, or one in its place. */
  basedOn: { id: string; replace: boolean } | null;
  onRan: (containerId: string) => void;
}

/** Runs an image: conflicts show while typing, and what it amounts to stands beside it as a `docker` line. */
export function RunContainerPage({ image, basedOn, onRan }: RunContainerPageProps) {
  const t = useText(containersTexts);
  const api = useApi();
  const images = useImages()?.images ?? [];
  const names = new Set(useContainerTable()?.containers.map(({ name }) => name));
  const { data: described, error } = useQuery({
    queryKey: ['describe', basedOn?.id],
    enabled: basedOn !== null,
    // What is being edited does not change under the hands of who edits it.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: ({ signal }) => api.containers.describe({ id: basedOn?.id ?? '' }, { signal }),
  });
  if (error !== null) {
    return (
      <>
        <PageHeader title={t('runTitle')} before={<BackLink />} />
        <PageBody padded>
          <FailureNotice failure={toFailure(error)} />
        </PageBody>
      </>
    );
  }
  if (basedOn !== null && described === undefined) return <PageHeader title={t('runTitle')} before={<BackLink />} />;
  const first = image ?? images.find((one) => one.servesApi && one.tags.length > 0)?.tags[0] ?? '';
  const initial =
    described === undefined
      ? { ...runFormDefaults, image: first, name: first === '' ? '' : freeName(first, names) }
      : basedOn?.replace
        ? valuesOf(described.request)
        : anotherLike(described.request, names);
  const kind: RunKind =
    basedOn === null ? { kind: 'run' } : { kind: basedOn.replace ? 'replace' : 'duplicate', id: basedOn.id };
  return <RunForm initial={initial} kind={kind} described={described} onRan={onRan} />;
}

/** The same with a name and ports of its own. */
function anotherLike(request: RunRequest, taken: ReadonlySet<string>): RunFormValues {
  const values = valuesOf(request);
  return {
    ...values,
    name: freeName(request.name, taken),
    ports: values.ports.map((port) => ({ ...port, hostPort: '' })),
  };
}

interface RunFormProps {
  initial: RunFormValues;
  kind: RunKind;
  described: ContainerDescription | undefined;
  onRan: (containerId: string) => void;
}

function RunForm({ initial, kind, described, onRan }: RunFormProps) {
  const t = useText(containersTexts);
  const words = useText(runTexts);
  const api = useApi();
  const ready = useEngineReady();
  const facts = useEngine()?.facts ?? null;
  const images = useImages()?.images ?? [];
  const containers = useContainerTable()?.containers ?? [];
  const methods = useForm<RunFormValues>({ defaultValues: initial });
  const { control, handleSubmit, register, setValue, watch, formState, reset } = methods;
  const values = watch();
  const [submitted, setSubmitted] = useState(false);
  const run = useRun(kind, onRan);

  const ownName = kind.kind === 'replace' ? initial.name : null;
  const taken = new Set(containers.map(({ name }) => name).filter((name) => name !== ownName));
  const tags = [...new Set(images.flatMap((one) => one.tags))];
  const image = values.image.trim();
  const isHere = tags.includes(image) || tags.includes(`${image}:latest`);
  const { data: defaults } = useQuery({
    queryKey: ['imageDefaults', image],
    enabled: image !== '' && isHere,
    retry: false,
    queryFn: ({ signal }) => api.containers.imageDefaults({ image }, { signal }),
  });
  const { data: suggested } = useQuery({
    queryKey: ['suggestPort'],
    enabled: values.ports.some(({ hostPort }) => hostPort.trim() === ''),
    refetchInterval: 5000,
    queryFn: ({ signal }) => api.containers.suggestPort({ from: 8000 }, { signal }),
  });
  const conflicts = usePortConflicts(
    values.ports.map(({ hostPort }) => hostPort),
    ownName,
  );

  const surroundings: FormSurroundings = { nameOf: (id) => containers.find((row) => row.id === id)?.name, facts };
  const checked = requestOf(values, surroundings);
  const wrong = 'wrong' in checked ? checked.wrong : [];
  const isWrong = (field: RunField) =>
    wrong.includes(field) &&
    (submitted || field in formState.dirtyFields || initial[field as never] !== values[field as never]);
  const nameTaken = taken.has(values.name.trim());
  const hasConflict = conflicts.some((conflict) => conflict !== null);
  // A failed run tells of conflicts too; what the person has changed since is judged anew.
  const shownApart = (code: FailureValue['code']) =>
    (code === 'NAME_TAKEN' && nameTaken) || (code === 'PORT_IN_USE' && hasConflict);

  const submit = handleSubmit((typed) => {
    setSubmitted(true);
    const asked = requestOf(typed, surroundings);
    if ('request' in asked) run.start(asked.request);
  });
  const draft = draftOf(values, surroundings);
  const spec = specOfRequest(draft, {
    hostPorts: automaticPorts(draft, suggested?.port ?? null),
    imageUser: defaults?.user ?? safeUser,
  });
  const parts: RunSectionProps = { isWrong, facts, defaults, conflicts, wasPublic: described?.isPublic ?? false };
  const title = kind.kind === 'replace' ? words('replaceTitle', { name: initial.name }) : t('runTitle');

  return (
    <FormProvider {...methods}>
      <PageHeader before={<BackLink />} title={title} />
      <PageBody padded>
        <form className={form.sheet} onSubmit={submit} noValidate>
          <div className={form.fields}>
            {!ready && <Notice tone="warn" title={t('engineAway')} />}
            {described?.imageChanged && kind.kind === 'replace' && (
              <Notice tone="info" title={words('imageChanged')} announced={false} />
            )}
            {run.failure !== null && !shownApart(run.failure.code) && (
              <FailureNotice failure={run.failure} {...(run.restored && { during: words('replaceFailed') })} />
            )}
            <Controller
              control={control}
              name="image"
              render={({ field }) => (
                <Autocomplete
                  {...field}
                  label={t('imageField')}
                  description={t('imageHelp')}
                  data={tags}
                  error={isWrong('image') && t('imageBad')}
                  spellCheck={false}
                  onChange={(next) => {
                    field.onChange(next);
                    if (kind.kind === 'run' && !formState.dirtyFields.name) setValue('name', freeName(next, taken));
                  }}
                />
              )}
            />
            <TextInput
              {...register('name')}
              label={t('nameField')}
              spellCheck={false}
              autoComplete="off"
              error={
                nameTaken ? (
                  <FieldProblem
                    words={t('nameTaken', { name: values.name.trim() })}
                    remedy={t('useName', { name: freeName(values.name, taken) })}
                    onRemedy={() => setValue('name', freeName(values.name, taken))}
                  />
                ) : (
                  isWrong('name') && t('nameBad')
                )
              }
            />
            <PortsSection {...parts} />
            <TextInput
              {...register('command')}
              label={words('command')}
              description={words('commandHelp')}
              placeholder={defaults?.command.join(' ')}
              spellCheck={false}
              autoComplete="off"
              error={isWrong('command') && words('commandBad')}
            />
            <div>
              <BackendSection {...parts} />
              <EnvironmentSection {...parts} />
              <ResourcesSection {...parts} />
              <NetworkSection {...parts} />
              <StorageSection {...parts} />
              <LifecycleSection {...parts} />
              <SafetySection {...parts} />
            </div>
          </div>
          <aside className={form.aside}>
            <CommandLine command={dockerCommand.run(spec)} />
            {kind.kind === 'run' && draft.ports.some(({ hostPort }) => hostPort === null) && (
              <p className={form.note}>{t('automaticPort')}</p>
            )}
            {(described?.kept.length ?? 0) > 0 && (
              <div>
                <p className={form.note}>{words('kept')}</p>
                <code className="mono">{described?.kept.join('\n')}</code>
              </div>
            )}
            <p className={form.note}>{kind.kind === 'replace' ? words('replaceNote') : t('safety')}</p>
            {run.phase !== null && (
              <p className={form.note} role="status">
                {run.phase}
              </p>
            )}
            <div className={form.buttons}>
              <Button
                type="submit"
                loading={run.isPending}
                disabled={!ready || nameTaken || hasConflict || (submitted && wrong.length > 0)}
                leftSection={<icons.start size={15} aria-hidden />}
              >
                {kind.kind === 'replace' ? words('replace') : t('submit')}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.containers()} />}>
                {t('cancel')}
              </Button>
            </div>
            {kind.kind === 'run' && (
              <PresetBar
                image={image}
                request={'request' in checked ? checked.request : null}
                onApply={(request) =>
                  reset({ ...valuesOf({ ...request, image }), name: values.name }, { keepDirty: true })
                }
              />
            )}
          </aside>
        </form>
      </PageBody>
    </FormProvider>
  );
}

/** The ports that would be chosen now: the suggested one and those behind it. */
function automaticPorts(draft: RunRequest, suggested: number | null): (number | null)[] {
  let next = suggested;
  return draft.ports.map(({ hostPort }) => {
    if (hostPort !== null || next === null) return hostPort;
    next += 1;
    return next - 1;
  });
}

function BackLink() {
  const t = useText(containersTexts);
  return (
    <Link {...places.containers()} aria-label={t('back')} title={t('back')}>
      <icons.back size={16} stroke={1.75} aria-hidden />
    </Link>
  );
}
