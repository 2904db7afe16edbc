import { useRef } from 'react';
import type { Container } from '../../../../electron/contract/containers';
import type { ChatTarget, Endpoint, ModelSource, OfferedModel } from '../../../../electron/contract/targets';
import { containerStatus } from '../../../lib/containerStatus';
import { toFailure } from '../../../lib/failures';
import { useFormat } from '../../../lib/format';
import { useText } from '../../../lib/i18n';
import { containerTexts } from '../../../lib/locales/containerWords';
import { icons } from '../../../ui/icons';
import { Status } from '../../../ui/Status';
import { chatContainers, sameTarget, targetOf } from '../target';
import { answersTexts } from './locale';
import styles from './TargetMenu.module.css';
import { useModels } from './useModels';

interface TargetMenuProps {
  target: ChatTarget | null;
  containers: readonly Container[];
  endpoints: readonly Endpoint[];
  /** What the person searches for, as typed. */
  find: string;
  onChoose: (target: ChatTarget) => void;
}

/** Everybody who can answer: containers that serve the API, the Ollama of this machine, endpoints, each with its models. */
export function TargetMenu({ target, containers, endpoints, find, onChoose }: TargetMenuProps) {
  const t = useText(answersTexts);
  const list = useRef<HTMLDivElement>(null);
  const running = chatContainers(containers);

  function move(by: 1 | -1) {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.min(buttons.length - 1, Math.max(0, at + by))]?.focus();
  }

  return (
    <div
      ref={list}
      className={styles.groups}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        move(event.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      <p className={styles.group}>{t('containers')}</p>
      {running.length === 0 && <p className={styles.none}>{t('noTargets')}</p>}
      {running.map((container) => (
        <ContainerChoices key={container.id} {...{ container, target, find, onChoose }} />
      ))}
      {endpoints.map((endpoint) => (
        <EndpointChoices key={endpoint.id} {...{ endpoint, target, find, onChoose }} />
      ))}
    </div>
  );
}

const matches = (find: string, ...words: string[]) => {
  const wanted = find.trim().toLocaleLowerCase();
  return wanted === '' || words.some((word) => word.toLocaleLowerCase().includes(wanted));
};

interface ChoicesProps extends Pick<TargetMenuProps, 'target' | 'find' | 'onChoose'> {}

function ContainerChoices({ container, target, find, onChoose }: ChoicesProps & { container: Container }) {
  const t = useText(answersTexts);
  const word = useText(containerTexts);
  const { data: models = [] } = useModels({ kind: 'container', id: container.id }, container.health !== 'starting');
  const own = targetOf(container);
  const isNamed = matches(find, container.name, container.image);
  // One model is the container's own: there is nothing to choose.
  const shown = models.length < 2 ? [] : models.filter(({ name }) => isNamed || matches(find, name));
  const status = containerStatus(container);
  if (!isNamed && shown.length === 0) return null;
  return (
    <>
      <button
        type="button"
        className={styles.choice}
        aria-pressed={target !== null && sameTarget(target, own)}
        onClick={() => onChoose(own)}
      >
        <span className={styles.words}>
          <span className={`${styles.name} ${styles.strong}`}>{container.name}</span>
          <span className={styles.about}>
            {container.image} · {models.length === 1 ? models[0]?.name : t('ownModel')}
          </span>
        </span>
        <Status tone={status.tone} word={word(status.word)} />
      </button>
      {shown.map((model) => (
        <ModelChoice
          key={model.name}
          model={model}
          isChosen={target !== null && sameTarget(target, { ...own, model: model.name })}
          onChoose={() => onChoose({ ...own, model: model.name })}
        />
      ))}
    </>
  );
}

function EndpointChoices({ endpoint, target, find, onChoose }: ChoicesProps & { endpoint: Endpoint }) {
  const t = useText(answersTexts);
  const source: ModelSource = { kind: 'endpoint', endpointId: endpoint.id };
  const { data: models, error, isFetching } = useModels(source, true);
  const isNamed = matches(find, endpoint.name, endpoint.baseUrl);
  const shown = (models ?? []).filter(({ name }) => isNamed || matches(find, name));
  if (!isNamed && shown.length === 0) return null;
  const failure = error && toFailure(error);
  return (
    <>
      <p className={styles.group}>
        {endpoint.name}
        <span className={styles.address}>{endpoint.baseUrl.replace(/^https?:\/\//, '')}</span>
      </p>
      {models === undefined && isFetching && <p className={styles.none}>{t('loadingModels')}</p>}
      {models === undefined && failure && !isFetching && (
        <p className={styles.none}>
          <Status tone="idle" word={failure.code === 'CHAT_UNAUTHORIZED' ? t('endpointKey') : t('notAnswering')} />
        </p>
      )}
      {models?.length === 0 && <p className={styles.none}>{t('noModels')}</p>}
      {shown.map((model) => {
        const choice: ChatTarget = {
          kind: 'endpoint',
          endpointId: endpoint.id,
          name: endpoint.name,
          model: model.name,
        };
        return (
          <ModelChoice
            key={model.name}
            model={model}
            isChosen={target !== null && sameTarget(target, choice)}
            onChoose={() => onChoose(choice)}
          />
        );
      })}
    </>
  );
}

function ModelChoice(props: { model: OfferedModel; isChosen: boolean; onChoose: () => void }) {
  const { model, isChosen, onChoose } = props;
  const format = useFormat();
  const about = [model.parameterSize, model.quantization].filter(Boolean).join(' · ');
  return (
    <button type="button" className={styles.choice} data-indented aria-pressed={isChosen} onClick={onChoose}>
      <span className={styles.words}>
        <span className={styles.name}>{model.name}</span>
        {about !== '' && <span className={styles.about}>{about}</span>}
      </span>
      {model.sizeBytes !== null && <span className={styles.side}>{format.bytes(model.sizeBytes)}</span>}
      {isChosen && <icons.check size={14} aria-hidden />}
    </button>
  );
}
