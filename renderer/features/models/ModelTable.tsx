import { useCallback, useRef } from 'react';
import type { InstalledModel, Ollama } from '../../../electron/contract/models';
import { useText } from '../../lib/i18n';
import { type Column, RowGap, SkeletonRows, Table } from '../../ui/Table';
import { useRowWindow } from '../../ui/useRowWindow';
import { modelsTexts } from './locale';
import { ModelRow } from './ModelRow';
import { useChatWith } from './useChatWith';

interface ModelTableProps {
  ollama: Ollama;
  /** Undefined until they were read. */
  models: readonly InstalledModel[] | undefined;
  /** Names of those in memory. */
  loaded: ReadonlySet<string>;
  stale: boolean;
  onDialog: (dialog: { kind: 'copy' | 'remove'; model: InstalledModel }) => void;
}

/** The models on an Ollama's disk; only the rows on the screen are drawn. */
export function ModelTable({ ollama, models, loaded, stale, onDialog }: ModelTableProps) {
  const t = useText(modelsTexts);
  const body = useRef<HTMLTableSectionElement>(null);
  const count = models?.length ?? 0;
  const { from, to } = useRowWindow(body, count);
  const chat = useChatWith({ endpointId: ollama.endpointId, ollamaName: ollama.name });
  const onCopy = useCallback((model: InstalledModel) => onDialog({ kind: 'copy', model }), [onDialog]);
  const onRemove = useCallback((model: InstalledModel) => onDialog({ kind: 'remove', model }), [onDialog]);
  const columns: Column[] = [
    { key: 'name', word: t('name') },
    { key: 'family', word: t('family'), width: '112px', wide: true },
    { key: 'parameters', word: t('parameters'), width: '96px', numeric: true },
    { key: 'quantization', word: t('quantization'), width: '104px' },
    { key: 'size', word: t('size'), width: '96px', numeric: true },
    { key: 'modified', word: t('modified'), width: '120px', numeric: true, wide: true },
    { key: 'actions', word: t('actions'), width: '112px', nameless: true },
  ];
  return (
    <Table label={t('table')} columns={columns} stale={stale} rowCount={count} bodyRef={body}>
      {models === undefined && <SkeletonRows columns={columns} />}
      <RowGap rows={from} columns={columns} />
      {models?.slice(from, to).map((model) => (
        <ModelRow
          key={model.name}
          model={model}
          endpointId={ollama.endpointId}
          isLoaded={loaded.has(model.name)}
          onChat={chat}
          onCopy={onCopy}
          onRemove={onRemove}
        />
      ))}
      <RowGap rows={count - to} columns={columns} />
    </Table>
  );
}
