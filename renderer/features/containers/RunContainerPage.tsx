import { Autocomplete, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { dockerCommand } from '../../../electron/contract/commands';
import type { FailureValue } from '../../../electron/contract/failures';
import { environmentName, type RunRequest, safeUser, specOfRequest } from '../../../electron/contract/runRequest';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useEngineReady, useImages } from '../../live/useLive';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FieldProblem } from '../../ui/FieldProblem';
import form from '../../ui/Form.module.css';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { PairRows } from '../../ui/PairRows';
import { containersTexts } from './locale';
import { draftOf, freeName, type RunField, type RunFormValues, requestOf, runFormDefaults } from './runFormValues';
import { usePortConflict } from './usePortConflict';

interface RunContainerPageProps {
  /** The image to begin with. */
  image: string | undefined;
  /** A container to begin with: another one like it, or one in its place. */
  basedOn: { id: string; replace: boolean } | null;
  onRan: (containerId: string) => void;
}

/** Runs an image: conflicts show while typing, and what it amounts to stands beside it as a `docker` line. */
export function RunContainerPage({ image, onRan }: RunContainerPageProps) {
  const t = useText(containersTexts);
  const api = useApi();
  const ready = useEngineReady();
  const images = useImages()?.images ?? [];
  const names = new Set(useContainerTable()?.containers.map(({ name }) => name));
  const tags = [...new Set(images.flatMap((one) => one.tags))];
  const first = image ?? images.find((one) => one.servesApi && one.tags.length > 0)?.tags[0] ?? '';
  const { control, handleSubmit, register, setValue, watch, formState } = useForm<RunFormValues>({
    defaultValues: { ...runFormDefaults, image: first, name: first === '' ? '' : freeName(first, names) },
  });
  const values = watch();
  const [wrong, setWrong] = useState<RunField[]>([]);
  const run = useMutation({
    mutationFn: (request: RunRequest) => api.containers.run(request),
    onSuccess: ({ id }) => onRan(id),
  });
  const failure = run.error === null ? null : toFailure(run.error);

  const conflict = usePortConflict(values.hostPort);
  const nameTaken = names.has(values.name.trim());
  // A failed run tells of conflicts too; what the person has changed since is judged anew.
  const shownApart = (code: FailureValue['code']) =>
    (code === 'NAME_TAKEN' && nameTaken) || (code === 'PORT_IN_USE' && conflict !== null);

  const submit = handleSubmit((typed) => {
    const checked = requestOf(typed);
    setWrong('wrong' in checked ? checked.wrong : []);
    if ('request' in checked && !run.isPending) run.mutate(checked.request);
  });
  const isWrong = (field: RunField) => wrong.includes(field) && 'wrong' in requestOf(values);

  return (
    <>
      <PageHeader
        before={
          <Link {...places.containers()} aria-label={t('back')} title={t('back')}>
            <icons.back size={16} stroke={1.75} aria-hidden />
          </Link>
        }
        title={t('runTitle')}
      />
      <PageBody padded>
        <form className={form.sheet} onSubmit={submit} noValidate>
          <div className={form.fields}>
            {!ready && <Notice tone="warn" title={t('engineAway')} />}
            {failure !== null && !shownApart(failure.code) && <FailureNotice failure={failure} />}
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
                    if (!formState.dirtyFields.name) setValue('name', freeName(next, names));
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
                    remedy={t('useName', { name: freeName(values.name, names) })}
                    onRemedy={() => setValue('name', freeName(values.name, names))}
                  />
                ) : (
                  isWrong('name') && t('nameBad')
                )
              }
            />
            <div className={form.pair}>
              <TextInput
                {...register('hostPort')}
                label={t('hostPort')}
                placeholder={t('automatic')}
                description={t('hostPortHelp')}
                inputMode="numeric"
                autoComplete="off"
                error={
                  conflict !== null ? (
                    <FieldProblem
                      words={
                        conflict.holder === null
                          ? t('portTaken', { port: conflict.port })
                          : t(conflict.holder.kind === 'container' ? 'portTakenContainer' : 'portTakenProcess', {
                              port: conflict.port,
                              holder: conflict.holder.name,
                            })
                      }
                      {...(conflict.nextFreePort === null
                        ? {}
                        : {
                            remedy: t('usePort', { port: conflict.nextFreePort }),
                            onRemedy: () => setValue('hostPort', String(conflict.nextFreePort)),
                          })}
                    />
                  ) : (
                    isWrong('hostPort') && t('portBad')
                  )
                }
              />
              <TextInput
                {...register('containerPort')}
                label={t('containerPort')}
                description={'\u00a0'}
                inputMode="numeric"
                autoComplete="off"
                error={isWrong('containerPort') && t('portBad')}
              />
            </div>
            <Controller
              control={control}
              name="environment"
              render={({ field: { value, onChange } }) => (
                <PairRows
                  value={value}
                  onChange={onChange}
                  words={{
                    group: t('environment'),
                    name: t('variableName'),
                    value: t('variableValue'),
                    add: t('addVariable'),
                    remove: t('removeVariable'),
                  }}
                  problem={({ name }, all) => {
                    if (name === '') return null;
                    if (!environmentName.safeParse(name).success) return t('variableBad');
                    return all.filter((other) => other.name === name).length > 1 ? t('variableTwice') : null;
                  }}
                />
              )}
            />
            <div className={form.pair}>
              <TextInput
                {...register('memoryMib')}
                label={t('memoryField')}
                inputMode="numeric"
                autoComplete="off"
                error={isWrong('memoryMib') && t('memoryBad')}
              />
            </div>
          </div>
          <aside className={form.aside}>
            <CommandLine
              command={dockerCommand.run(specOfRequest(draftOf(values), { hostPorts: [], imageUser: safeUser }))}
            />
            {values.hostPort.trim() === '' && <p className={form.note}>{t('automaticPort')}</p>}
            <p className={form.note}>{t('safety')}</p>
            <div className={form.buttons}>
              <Button
                type="submit"
                loading={run.isPending}
                disabled={!ready || nameTaken || conflict !== null}
                leftSection={<icons.start size={15} aria-hidden />}
              >
                {t('submit')}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.containers()} />}>
                {t('cancel')}
              </Button>
            </div>
          </aside>
        </form>
      </PageBody>
    </>
  );
}
