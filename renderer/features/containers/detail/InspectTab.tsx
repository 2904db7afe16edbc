import { Button } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { FailureValue } from '../../../../electron/contract/failures';
import { useApi } from '../../../lib/client';
import { toFailure } from '../../../lib/failures';
import { useText } from '../../../lib/i18n';
import { FailureNotice } from '../../../ui/FailureNotice';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { JsonTree } from '../../../ui/JsonTree';
import { pointerOf } from '../../../ui/jsonRows';
import { useTellFailure } from '../../../ui/useTellFailure';
import { detailTexts } from './locale';
import styles from './Sheet.module.css';

interface InspectTabProps {
  containerId: string;
  name: string;
  /** Changes when the container does: then it is read again. */
  version: string;
}

/** What `docker inspect` says, as a tree; secrets hidden until they are asked for, one by one. */
export function InspectTab({ containerId, name, version }: InspectTabProps) {
  const t = useText(detailTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const [read, setRead] = useState<{ value: unknown; hidden: Map<string, string[]> } | null>(null);
  const [revealed, setRevealed] = useState<ReadonlyMap<string, string>>(new Map());
  const [failure, setFailure] = useState<FailureValue | null>(null);

  const load = useCallback(
    (signal?: AbortSignal) =>
      api.inspect.tree({ id: containerId }, { signal }).then(
        ({ json, hidden }) => {
          setRead({ value: JSON.parse(json), hidden: new Map(hidden.map((path) => [pointerOf(path), path])) });
          setFailure(null);
        },
        (error: unknown) => {
          if (!signal?.aborted) setFailure(toFailure(error));
        },
      ),
    [api, containerId],
  );
  useEffect(() => {
    const leaving = new AbortController();
    void load(leaving.signal);
    return () => leaving.abort();
  }, [load, version]);

  const value = useMemo(() => {
    let shown = read?.value;
    for (const [pointer, text] of revealed) {
      const path = read?.hidden.get(pointer);
      if (path !== undefined) shown = withText(shown, path, text);
    }
    return shown;
  }, [read, revealed]);

  const toggle = async (pointer: string) => {
    const next = new Map(revealed);
    if (!next.delete(pointer)) {
      try {
        const path = read?.hidden.get(pointer) ?? [];
        const { text } = await api.inspect.reveal({ id: containerId, path });
        if (text !== null) next.set(pointer, text);
      } catch (error) {
        tellFailure(error);
        return;
      }
    }
    setRevealed(next);
  };

  return (
    <div className={styles.single}>
      {failure !== null && (
        <FailureNotice
          failure={failure}
          actions={
            <Button variant="default" onClick={() => void load()}>
              {t('reload')}
            </Button>
          }
        />
      )}
      {read !== null && (
        <>
          {read.hidden.size > 0 && <p className={styles.soft}>{t('hiddenWhy')}</p>}
          <JsonTree
            label={t('inspectOf', { name })}
            value={value}
            rowActions={(pointer) =>
              read.hidden.has(pointer) && (
                <IconButton
                  icon={revealed.has(pointer) ? icons.hide : icons.show}
                  label={t(revealed.has(pointer) ? 'hide' : 'show', { name: pointer })}
                  onClick={() => void toggle(pointer)}
                />
              )
            }
          />
        </>
      )}
    </div>
  );
}

function withText(value: unknown, [step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === step ? withText(item, rest, text) : item));
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: withText(fields[step], rest, text) };
}
