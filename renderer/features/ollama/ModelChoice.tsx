import { Autocomplete, Checkbox } from '@mantine/core';
import { bundledTag } from '../../../electron/contract/builds';
import type { OllamaPlan } from '../../../electron/contract/ollamaContainer';
import { useText } from '../../lib/i18n';
import { namesRegistry } from '../../lib/namesRegistry';
import { useContainerTable } from '../../live/useLive';
import { useOfferedModels } from '../../live/useOfferedModels';
import { ollamaTexts } from './locale';

/** The model to have, as typed, and whether the service is run with it. */
export interface WantedModel {
  name: string;
  allowPlainHttp: boolean;
  withService: boolean;
}

interface ModelChoiceProps {
  wanted: WantedModel;
  onChange: (wanted: WantedModel) => void;
  isBad: boolean;
  /** The container that Ollama is to run in. */
  name: string;
  /** Undefined until known. */
  plan: OllamaPlan | undefined;
}

/** The model that Ollama is to have: one that its container has already, or one to be pulled; and the service with it. */
export function ModelChoice({ wanted, onChange, isBad, name, plan }: ModelChoiceProps) {
  const t = useText(ollamaTexts);
  const model = wanted.name.trim();
  const isOurs = (row: { name: string; state: string; madeByWharf: boolean }) =>
    row.name === name && row.state === 'running' && row.madeByWharf;
  const id = useContainerTable()?.containers.find(isOurs)?.id;
  const offered = useOfferedModels(id === undefined ? null : { kind: 'container', id }).data;
  const names = offered?.map((one) => one.name) ?? [];
  const isHere = names.includes(model) || names.includes(`${model}:latest`);
  const image = plan?.service?.image ?? bundledTag;
  return (
    <>
      <Autocomplete
        label={t('model')}
        description={model === '' || isBad ? t('modelHelp') : isHere ? t('modelHere', { name }) : t('modelAway')}
        placeholder="llama3.2:1b"
        data={names}
        value={wanted.name}
        onChange={(typed) => onChange({ ...wanted, name: typed })}
        error={isBad && t('modelBad')}
        maxLength={350}
        spellCheck={false}
        autoCapitalize="none"
      />
      {namesRegistry(model) && !isHere && (
        <Checkbox
          label={t('plainHttp')}
          checked={wanted.allowPlainHttp}
          onChange={({ currentTarget: { checked } }) => onChange({ ...wanted, allowPlainHttp: checked })}
        />
      )}
      <Checkbox
        label={t('service')}
        description={
          model === '' ? t('serviceNeedsModel') : t(plan?.service?.isBuilt ? 'serviceBuilt' : 'serviceHelp', { image })
        }
        checked={model !== '' && wanted.withService}
        disabled={model === ''}
        onChange={({ currentTarget: { checked } }) => onChange({ ...wanted, withService: checked })}
      />
    </>
  );
}
