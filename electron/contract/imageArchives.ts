import { oc } from '@orpc/contract';
import * as z from 'zod';
import { declare, engineFailures } from './failures';
import { fileGrant } from './host';
import { imageReference } from './images';
import { containerId } from './runRequest';

/** Images of one archive, at most: a kit holds a handful. */
const chosenImages = z.array(imageReference).min(1).max(100);

const started = z.object({ taskId: z.string() });

export const imageArchives = {
  /** Writes images into one archive (`docker save -o`) as a task. The file is there only once it is whole. */
  save: oc
    .input(z.strictObject({ grant: fileGrant, images: chosenImages }))
    .output(started)
    .errors(declare(...engineFailures, 'FILE_NOT_PICKED', 'IMAGE_MISSING', 'TASK_ALREADY_RUNNING')),
  /**
   * Writes an offline kit as a task: the same archive, with the settings that go along, the run presets of its images, and
   * a manifest with the digest of every part. `docker load` takes it too.
   */
  saveKit: oc
    .input(
      z.strictObject({
        grant: fileGrant,
        images: chosenImages,
        withSettings: z.boolean().default(true),
        withPresets: z.boolean().default(true),
        /** Models of Ollamas in containers, which need not run. One that is gone fails the task. */
        models: z
          .array(z.strictObject({ containerId, model: z.string().min(1).max(350) }))
          .max(100)
          .default([]),
      }),
    )
    .output(started)
    .errors(declare(...engineFailures, 'FILE_NOT_PICKED', 'IMAGE_MISSING', 'TASK_ALREADY_RUNNING')),
  /**
   * Loads an archive or an offline kit (`docker load -i`) as a task. It is read and checked as a whole before anything of it
   * is loaded; the task fails with ARCHIVE_REFUSED where a part is not what it should be.
   */
  load: oc
    .input(z.strictObject({ grant: fileGrant }))
    .output(started)
    .errors(declare(...engineFailures, 'FILE_NOT_PICKED', 'TASK_ALREADY_RUNNING')),
  /** Puts the models of a kit that a task has loaded into a container's Ollama, as a task. */
  loadModels: oc
    .input(z.strictObject({ taskId: z.string(), containerId }))
    .output(started)
    .errors(declare(...engineFailures, 'TASK_MISSING', 'CONTAINER_MISSING', 'TASK_ALREADY_RUNNING')),
  /**
   * Takes over the run presets of a kit that a task has loaded. None of those here is replaced: of two with one name the
   * kit's gets a number. `savedCount` leaves out those that were here already.
   */
  takePresets: oc
    .input(z.strictObject({ taskId: z.string() }))
    .output(z.object({ savedCount: z.number() }))
    .errors(declare('TASK_MISSING', 'STORAGE_FAILED')),
};
