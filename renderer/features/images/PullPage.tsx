import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { dockerCommand } from '../../../electron/contract/commands';
import { dockerHub, mirrored, parseReference, writtenOut } from '../../../electron/contract/imageNames';
import { pullReference } from '../../../electron/contract/images';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useEngineReady, useImages, useSettings, useTasks } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { CommandLine } from '../../ui/CommandLine';
import { FailureNotice } from '../../ui/FailureNotice';
import { FieldProblem } from '../../ui/FieldProblem';
import form from '../../ui/Form.module.css';
import { Notice } from '../../ui/Notice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { SourceChoice } from '../../ui/SourceChoice';
import styles from './PullPage.module.css';
import { pullTexts } from './pullLocale';

const mutationKey = ['pullImage'];

/** Starts a pull: which image, and from where. */
export function PullPage({ image: asked, onPull }: { image: string; onPull: (taskId: string) => void }) {
  const t = useText(pullTexts);
  const api = useApi();
  const cache = useQueryClient();
  const ready = useEngineReady();
  const mirror = useSettings()?.registryMirror ?? null;
  const tags = new Set(useImages()?.images.flatMap((image) => image.tags));
  const [text, setText] = useState(asked);
  const [chosen, setChosen] = useState<'registry' | 'mirror'>('registry');
  const [wasAsked, setWasAsked] = useState(false);
  const wanted = text.trim();
  const isBad = wanted !== '' && !pullReference.safeParse(wanted).success;
  const image = isBad || wanted === '' ? null : writtenOut(wanted);
  const registry = image === null ? dockerHub : parseReference(image).registry;
  const canMirror = mirror !== null && registry === dockerHub;
  const from = chosen === 'mirror' && canMirror ? 'mirror' : 'registry';
  const running = useTasks()?.find(
    ({ state, subject }) => state === 'running' && subject.kind === 'pull' && subject.image === image,
  );
  const pull = useMutation({
    mutationKey,
    mutationFn: (request: { image: string; from: 'registry' | 'mirror' }) => api.images.pull(request),
    onSuccess: ({ taskId }) => onPull(taskId),
  });
  const failure = pull.error === null || pull.variables?.image !== wanted ? null : toFailure(pull.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasAsked(true);
    if (image !== null && ready && running === undefined && cache.isMutating({ mutationKey }) === 0) {
      pull.mutate({ image: wanted, from });
    }
  };
  const problem = (() => {
    if (isBad) return t('imageBad');
    if (wanted === '') return wasAsked ? t('imageMissing') : undefined;
    if (running === undefined) return undefined;
    return (
      <FieldProblem
        words={t('running', { image: image ?? '' })}
        remedy={t('open')}
        onRemedy={() => onPull(running.id)}
      />
    );
  })();

  return (
    <>
      <PageHeader before={<BackLink place={places.images()} label={t('back')} />} title={t('title')} />
      <PageBody padded>
        <form className={form.sheet} onSubmit={submit} noValidate>
          <div className={form.fields}>
            <TextInput
              label={t('image')}
              description={t('imageHelp')}
              value={text}
              onChange={({ currentTarget: { value } }) => setText(value)}
              error={problem}
              maxLength={512}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="none"
              data-autofocus
            />
            {image !== null && tags.has(image) && running === undefined && (
              <Notice tone="info" title={t('here', { image })} />
            )}
            <fieldset className={styles.sources}>
              <legend className={styles.legend}>{t('from')}</legend>
              <SourceChoice
                name={t('registry', { registry })}
                why={t('registryWhy')}
                checked={from === 'registry'}
                onChoose={() => setChosen('registry')}
              />
              {mirror !== null && (
                <SourceChoice
                  name={t('mirror', { mirror })}
                  why={canMirror ? t('mirrorWhy') : t('mirrorOther')}
                  checked={from === 'mirror'}
                  disabled={!canMirror}
                  onChoose={() => setChosen('mirror')}
                />
              )}
            </fieldset>
            {mirror === null && (
              <p className={form.note}>
                {t('noMirror')} <Link {...places.settings()}>{t('setMirror')}</Link>
              </p>
            )}
            {failure !== null && <FailureNotice failure={failure} />}
            {!ready && <p className={form.note}>{t('engineAway')}</p>}
            <div className={form.buttons}>
              <Button type="submit" disabled={!ready || running !== undefined} loading={pull.isPending}>
                {t('submit')}
              </Button>
              <Button variant="default" renderRoot={(props) => <Link {...props} {...places.images()} />}>
                {t('cancel')}
              </Button>
            </div>
          </div>
          <div className={form.aside}>
            {image !== null && (
              <CommandLine
                command={dockerCommand.pull(
                  image,
                  (from === 'mirror' && mirror !== null && mirrored(image, mirror)) || image,
                )}
              />
            )}
            <p className={form.note}>{t('insecure')}</p>
          </div>
        </form>
      </PageBody>
    </>
  );
}
