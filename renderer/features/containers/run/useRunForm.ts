import { useFormContext, useWatch } from 'react-hook-form';
import type { ImageDefaults } from '../../../../electron/contract/containers';
import type { EngineFacts } from '../../../../electron/contract/engine';
import type { RunField } from '../runFormRequest';
import type { RunFormValues } from '../runFormValues';
import type { PortConflict } from '../usePortConflict';

/** What every part of the run form gets. */
export interface RunSectionProps {
  /** True where the field is wrong and the person has been there, or has asked for a run. */
  isWrong: (field: RunField) => boolean;
  facts: EngineFacts | null;
  /** What the image asks for by itself; undefined until known, or where it is not on the engine. */
  defaults: ImageDefaults | undefined;
  /** For each port of the form. */
  conflicts: readonly (PortConflict | null)[];
  /** The container that is duplicated or replaced was published on every address. */
  wasPublic: boolean;
}

/** The form's values and how to change one. */
export function useRunForm() {
  const form = useFormContext<RunFormValues>();
  const values = useWatch<RunFormValues>() as RunFormValues;
  const change = <K extends keyof RunFormValues>(field: K, value: RunFormValues[K]) =>
    form.setValue(field, value as never, { shouldDirty: true });
  return { form, values, change };
}
