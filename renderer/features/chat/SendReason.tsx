import { Button } from '@mantine/core';
import { useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { chatTexts } from './locale';
import type { SendBlock } from './target';

/** Why nothing can be sent, in words, with the way out where there is one. */
export function SendReason({
  block,
  onFailure,
}: {
  block: SendBlock | null;
  onFailure: (failure: FailureValue | null) => void;
}) {
  const t = useText(chatTexts);
  const format = useFormat();
  if (block === null || block.reason === 'noText') return null;
  switch (block.reason) {
    case 'answering':
    case 'noTarget':
      return t(`block.${block.reason}`);
    case 'missing':
    case 'noPort':
      return t(`block.${block.reason}`, { name: block.name });
    case 'stopped':
      return (
        <>
          {t('block.stopped', { name: block.name })}
          <StartButton containerId={block.containerId} onFailure={onFailure} />
        </>
      );
    case 'starting':
      return block.startedAtMs === null ? (
        t('block.starting', { name: block.name })
      ) : (
        <Starting name={block.name} startedAtMs={block.startedAtMs} />
      );
    case 'tooLong':
      return t('block.tooLong', { length: format.count(block.length), limit: format.count(block.limit) });
  }
}

function Starting({ name, startedAtMs }: { name: string; startedAtMs: number }) {
  const t = useText(chatTexts);
  const seconds = Math.max(0, Math.floor((useNow('second') - startedAtMs) / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return t('block.startingFor', { name, time: `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}` });
}

function StartButton({
  containerId,
  onFailure,
}: {
  containerId: string;
  onFailure: (failure: FailureValue | null) => void;
}) {
  const t = useText(chatTexts);
  const api = useApi();
  const [isStarting, setStarting] = useState(false);
  const start = () => {
    setStarting(true);
    api.containers
      .start({ id: containerId })
      .then(
        () => onFailure(null),
        (error: unknown) => onFailure(toFailure(error)),
      )
      .finally(() => setStarting(false));
  };
  return (
    <Button size="compact-xs" variant="default" loading={isStarting} onClick={start}>
      {t('start')}
    </Button>
  );
}
