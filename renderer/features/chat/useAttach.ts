import { useState } from 'react';
import type { AttachedFile } from '../../../electron/contract/chat';
import { type AttachmentProblem, readTextFiles } from './readTextFile';

interface Attaching {
  /** Why files did not go along, until the next try. */
  problems: readonly AttachmentProblem[];
  attach: (files: readonly File[]) => void;
  detach: (index: number) => void;
  forget: () => void;
}

/**
 * Files that go along with a message.
 * @param attached gives those that are there, when it is asked
 * @param onChange takes those that are there from now on
 */
export function useAttach(
  attached: () => readonly AttachedFile[],
  onChange: (files: AttachedFile[]) => void,
): Attaching {
  const [problems, setProblems] = useState<readonly AttachmentProblem[]>([]);
  return {
    problems,
    attach: (files) => {
      void readTextFiles(files, attached()).then((read) => {
        setProblems(read.problems);
        onChange(read.attached);
      });
    },
    detach: (index) => {
      setProblems([]);
      onChange(attached().filter((_, at) => at !== index));
    },
    forget: () => setProblems([]),
  };
}
