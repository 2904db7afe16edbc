import { useQuery } from '@tanstack/react-query';
import type { RunRequest } from '../../../electron/contract/runRequest';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useImages } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { FailureNotice } from '../../ui/FailureNotice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { freeName } from './freeName';
import { containersTexts } from './locale';
import { RunForm } from './run/RunForm';
import { type RunFormValues, runFormDefaults, valuesOf } from './runFormValues';
import { runTexts } from './runLocale';
import type { RunKind } from './useRun';

interface RunContainerPageProps {
  /** The image to begin with. */
  image: string | undefined;
  /** Id of the container whose Ollama answers. */
  ollama?: string | undefined;
  /** A container to begin with: another one like it, or one in its place. */
  basedOn: { id: string; replace: boolean } | null;
  onRan: (containerId: string) => void;
}

/** Runs an image, one more container like another, or a changed one in another's place. */
export function RunContainerPage({ image, ollama, basedOn, onRan }: RunContainerPageProps) {
  const t = useText(containersTexts);
  const words = useText(runTexts);
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
  const first = image ?? images.find((one) => one.servesApi && one.tags.length > 0)?.tags[0] ?? '';
  const initial =
    described === undefined
      ? { ...runFormDefaults, ...answeredBy(ollama), image: first, name: first === '' ? '' : freeName(first, names) }
      : basedOn?.replace
        ? valuesOf(described.request)
        : anotherLike(described.request, names);
  const isKnown = basedOn === null || described !== undefined;
  const title = basedOn?.replace && described ? words('replaceTitle', { name: described.request.name }) : t('runTitle');
  const kind: RunKind =
    basedOn === null ? { kind: 'run' } : { kind: basedOn.replace ? 'replace' : 'duplicate', id: basedOn.id };
  return (
    <>
      <PageHeader title={title} before={<BackLink place={places.containers()} label={t('back')} />} />
      {error !== null && (
        <PageBody padded>
          <FailureNotice failure={toFailure(error)} />
        </PageBody>
      )}
      {error === null && isKnown && <RunForm initial={initial} kind={kind} described={described} onRan={onRan} />}
    </>
  );
}

/** The bundled service in front of an Ollama. */
function answeredBy(ollama: string | undefined): Partial<RunFormValues> {
  return ollama === undefined ? {} : { backend: 'ollamaContainer', ollamaContainer: ollama };
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
