import { Autocomplete, Button, Checkbox, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import {
  type OllamaAsked,
  officialOllamaImage,
  ollamaAsked,
  ollamaName,
} from '../../../electron/contract/ollamaContainer';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { namesRegistry } from '../../lib/namesRegistry';
import { places } from '../../lib/places';
import { useEngine, useEngineReady, useImages, useSettings, useTasks } from '../../live/useLive';
import { useFreeGpuBytes, useLimitFit } from '../../live/useModelFit';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import form from '../../ui/Form.module.css';
import { icons } from '../../ui/icons';
import { ModelFitField } from '../../ui/ModelFitField';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { GpuChoice } from './GpuChoice';
import { ollamaTexts } from './locale';
import { ModelChoice, type WantedModel } from './ModelChoice';
import { OllamaRunState } from './OllamaRunState';
import type { OllamaTask } from './ollamaTask';

const mib = 1024 * 1024;
const leastMemoryMib = 512;

/** Runs the official image of Ollama, or another one, with everything it needs: seen before, one click, followed to its end. */
export function RunOllamaPage() {
  const t = useText(ollamaTexts);
  const format = useFormat();
  const api = useApi();
  const ready = useEngineReady();
  const facts = useEngine()?.facts ?? null;
  const setImage = useSettings()?.ollamaImage ?? null;
  const tags = [...new Set(useImages()?.images.flatMap((image) => image.tags))];
  const task = useTasks()?.find((one): one is OllamaTask => one.subject.kind === 'runOllama');
  const [image, setTypedImage] = useState('');
  const [name, setName] = useState(ollamaName);
  const [volume, setVolume] = useState(ollamaName);
  const [gpus, setGpus] = useState<OllamaAsked['gpus']>('auto');
  const [memoryMib, setMemoryMib] = useState('');
  const [wantsPublished, setIsPublished] = useState(true);
  const [model, setModel] = useState<WantedModel>({ name: '', allowPlainHttp: false, withService: true });

  const isRight = <K extends keyof OllamaAsked>(part: K, value: unknown) =>
    ollamaAsked.shape[part].safeParse(value).success;
  const memory = memoryMib.trim() === '' ? null : Number(memoryMib);
  const memoryIsBad =
    memory !== null &&
    (!Number.isInteger(memory) || memory < leastMemoryMib || (facts !== null && memory * mib > facts.memoryBytes));
  const modelName = model.name.trim();
  const isPublished = wantsPublished || modelName !== '';
  const asked = {
    image: image.trim() === '' ? null : image.trim(),
    name: name.trim(),
    volume: volume.trim(),
    gpus,
    isPublished,
    memoryBytes: memory === null || memoryIsBad ? null : memory * mib,
    model: modelName === '' ? null : modelName,
    allowPlainHttp: model.allowPlainHttp && namesRegistry(modelName),
    service: modelName !== '' && model.withService ? {} : null,
  };
  const wrong = {
    image: !isRight('image', asked.image),
    name: !isRight('name', asked.name),
    volume: !isRight('volume', asked.volume),
    model: !isRight('model', asked.model),
  };
  const isWrong = memoryIsBad || wrong.image || wrong.name || wrong.volume || wrong.model;
  const { data: plan } = useQuery({
    queryKey: ['ollamaPlan', asked],
    enabled: ready && !isWrong,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.ollamaContainer.plan(asked, { signal }),
  });
  const fit = useLimitFit();
  const fitPlaces = {
    limitBytes: asked.memoryBytes,
    machineBytes: facts?.memoryBytes ?? null,
    freeGpuBytes: useFreeGpuBytes(gpus === 'auto'),
  };
  const begin = useMutation({ mutationFn: () => api.ollamaContainer.begin(asked) });
  const refused = begin.error === null ? null : toFailure(begin.error);
  const isRunning = task?.state === 'running';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !isWrong && !isRunning && !begin.isPending) begin.mutate();
  };
  return (
    <>
      <PageHeader title={t('title')} before={<BackLink place={places.containers()} label={t('back')} />} />
      <PageBody padded>
        <form className={form.sheet} onSubmit={submit} noValidate>
          <div className={form.fields}>
            <p className={form.note}>{t('about')}</p>
            {task !== undefined && <OllamaRunState task={task} />}
            {refused !== null && refused.code !== 'TASK_ALREADY_RUNNING' && <FailureNotice failure={refused} />}
            <Autocomplete
              label={t('image')}
              description={[
                t('imageHelp', { image: setImage ?? officialOllamaImage }),
                ...(plan === undefined || wrong.image ? [] : [plan.imageIsHere ? t('imageHere') : t('imageAway')]),
              ].join(' · ')}
              placeholder={setImage ?? officialOllamaImage}
              data={tags}
              value={image}
              onChange={setTypedImage}
              error={wrong.image && t('imageBad')}
              spellCheck={false}
            />
            <ModelChoice wanted={model} onChange={setModel} isBad={wrong.model} name={asked.name} plan={plan} />
            <GpuChoice gpus={gpus} onChange={setGpus} plan={plan} />
            <div className={form.pair}>
              <TextInput
                label={t('name')}
                description={t('nameHelp')}
                value={name}
                onChange={({ currentTarget: { value } }) => setName(value)}
                error={wrong.name && t('nameBad')}
                spellCheck={false}
                autoComplete="off"
              />
              <TextInput
                label={t('volume')}
                description={t('volumeHelp')}
                value={volume}
                onChange={({ currentTarget: { value } }) => setVolume(value)}
                error={wrong.volume && t('nameBad')}
                spellCheck={false}
                autoComplete="off"
              />
            </div>
            <TextInput
              label={t('memory')}
              description={facts === null ? undefined : t('memoryHelp', { total: format.bytes(facts.memoryBytes) })}
              value={memoryMib}
              onChange={({ currentTarget: { value } }) => setMemoryMib(value)}
              error={memoryIsBad && t('memoryBad')}
              inputMode="numeric"
              autoComplete="off"
            />
            <ModelFitField {...fit} places={fitPlaces} />
            <Checkbox
              label={t('published')}
              description={modelName === '' ? t('publishedHelp') : t('publishedForModel')}
              checked={isPublished}
              disabled={modelName !== ''}
              onChange={({ currentTarget: { checked } }) => setIsPublished(checked)}
            />
          </div>
          <aside className={form.aside}>
            {plan !== undefined && <CommandLine command={plan.command} />}
            <p className={form.note}>{t('protection')}</p>
            {!ready && <p className={form.note}>{t('engineAway')}</p>}
            <div className={form.buttons}>
              <Button
                type="submit"
                disabled={!ready || isWrong || isRunning}
                loading={begin.isPending}
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
