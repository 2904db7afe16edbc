import { Autocomplete } from '@mantine/core';
import { useText } from '../lib/i18n';
import type { FitPlaces, ModelToFit } from '../lib/modelToFit';
import { ModelFitLine } from './ModelFitLine';
import { modelFitTexts } from './modelFitLocale';

interface ModelFitFieldProps {
  model: string;
  onModel: (model: string) => void;
  /** Models to choose from; any other name may be typed. */
  names: readonly string[];
  toFit: ModelToFit | null;
  places: FitPlaces;
}

/** A model held against a memory limit that is being typed. Nothing of it is part of what the form asks for. */
export function ModelFitField({ model, onModel, names, toFit, places }: ModelFitFieldProps) {
  const t = useText(modelFitTexts);
  return (
    <div>
      <Autocomplete
        label={t('field')}
        description={t('fieldHelp')}
        placeholder={t('fieldHint')}
        data={[...names]}
        value={model}
        onChange={onModel}
        maxDropdownHeight={240}
        spellCheck={false}
      />
      {toFit !== null && <ModelFitLine model={model.trim()} toFit={toFit} places={places} />}
    </div>
  );
}
