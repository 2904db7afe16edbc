import { Autocomplete, Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Controller, FormProvider, useForm } from 'react-hook-form';
import { dockerCommand } from '../../../../electron/contract/commands';
import type { ContainerDescription } from '../../../../electron/contract/containers';
import type { FailureValue } from '../../../../electron/contract/failures';
import { writtenOut } from '../../../../electron/contract/imageNames';
import { type RunRequest, safeUser, specOfRequest } from '../../../../electron/contract/runRequest';
import { useApi } from '../../../lib/client';
import { useText } from '../../../lib/i18n';
import { places } from '../../../lib/places';
import { useContainerTable, useEngine, useEngineReady, useImages } from '../../../live/useLive';
import { CommandLine } from '../../../ui/CommandLine';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FieldProblem } from '../../../ui/FieldProblem';
import form from '../../../ui/Form.module.css';
import { icons } from '../../../ui/icons';
import { Notice } from '../../../ui/Notice';
import { PageBody } from '../../../ui/PageBody';
import { freeName } from '../freeName';
import { containersTexts } from '../locale';
import { draftOf, type FormSurroundings, type RunField, requestOf } from '../runFormRequest';
import { type RunFormValues, valuesOf } from '../runFormValues';
import { runTexts } from '../runLocale';
import { usePortConflicts } from '../usePortConflict';
import { type RunKind, useRun } from '../useRun';
import { BackendSection } from './BackendSection';
import { EnvironmentSection } from './EnvironmentSection';
import { LifecycleSection } from './LifecycleSection';
import { NetworkSection } from './NetworkSection';
import { PortsSection } from './PortsSection';
import { PresetBar } from './PresetBar';
import { ResourcesSection } from './ResourcesSection';
import { SafetySection } from './SafetySection';
import { StorageSection } from './StorageSection';
import type { RunSectionProps } from './useRunForm';

interface RunFormProps {
  initial: RunFormValues;
  kind: RunKind;
  described: ContainerDescription | undefined;
  onRan: (containerId: string) => void;
}

/** The form itself: conflicts show while typing, and what it amounts to stands beside it as a `docker` line. */
export function RunForm({ initial, kind, described, onRan }: RunFormProps) {
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
  const isHere = tags.includes(writtenOut(image));
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
    queryFn: ({ signal }) => api.containers.suggestPort({}, { signal }),
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

  return (
    <FormProvider {...methods}>
      <PageBody padded>
        <form className={form.sheet} onSubmit={submit} noValidate>
          <div className={form.fields}>
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
            {!ready && <p className={form.note}>{t('engineAway')}</p>}
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
