import { useMutation } from '@tanstack/react-query';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';

/** What goes into an archive. `kit`: an offline kit, with or without settings and presets; null for a plain archive. */
interface SaveRequest {
  images: string[];
  suggestedName: string;
  kit: { withSettings: boolean; withPresets: boolean; models: { containerId: string; model: string }[] } | null;
}

/** Lets the person pick a file and begins to save images into it; `onBegun` gets the task. */
export function useSaveImages(onBegun: (taskId: string) => void): {
  begin: (request: SaveRequest) => void;
  isPending: boolean;
  failure: FailureValue | null;
  reset: () => void;
} {
  const api = useApi();
  const save = useMutation({
    mutationFn: async ({ images, suggestedName, kit }: SaveRequest) => {
      const { picked } = await api.host.pickSaveFile({ suggestedName, extensions: ['tar'] });
      if (picked === null) return null;
      const { grant } = picked;
      return kit === null
        ? api.imageArchives.save({ grant, images })
        : api.imageArchives.saveKit({ grant, images, ...kit });
    },
    onSuccess: (begun) => begun !== null && onBegun(begun.taskId),
  });
  return {
    begin: (request) => {
      if (!save.isPending) save.mutate(request);
    },
    isPending: save.isPending,
    failure: save.error === null ? null : toFailure(save.error),
    reset: save.reset,
  };
}

/** A file name for an image: what stands behind the last slash, with its tag. */
export function archiveName(reference: string): string {
  const last = reference.slice(reference.lastIndexOf('/') + 1).replace(/^sha256:/, '');
  return `${last.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120)}.tar`;
}
