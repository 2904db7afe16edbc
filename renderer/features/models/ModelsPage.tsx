import { Button } from '@mantine/core';
import { useState } from 'react';
import type { InstalledModel, Ollama } from '../../../electron/contract/models';
import { useText } from '../../lib/i18n';
import { useOllamas } from '../../live/useOllamas';
import { FailureNotice } from '../../ui/FailureNotice';
import { icons } from '../../ui/icons';
import { ListPage } from '../../ui/ListPage';
import { PageHeader } from '../../ui/PageHeader';
import { CreateModelDialog } from './CreateModelDialog';
import { LoadedModels } from './LoadedModels';
import { modelsTexts } from './locale';
import { CopyModelDialog, RemoveModelDialog } from './ModelDialogs';
import styles from './ModelsPage.module.css';
import { ModelTable } from './ModelTable';
import { ModelTasks } from './ModelTasks';
import { NoOllama } from './NoOllama';
import { OllamaHealth } from './OllamaHealth';
import { OllamaMenu } from './OllamaMenu';
import { PullFit } from './PullFit';
import { PullForm, type WantedPull } from './PullForm';
import { otherNames, shownOllama, useModelList } from './watchedModels';

interface ModelsPageProps {
  /** Id of the Ollama that the address names. */
  ollama: string | undefined;
  find: string;
  onFilter: (filter: { ollama?: string; find?: string }) => void;
}

/** The models of an Ollama: which Ollama, what is on its disk, what is in its memory, and what is on its way. */
export function ModelsPage({ ollama: wantedId, find, onFilter }: ModelsPageProps) {
  const t = useText(modelsTexts);
  const ollamas = useOllamas();
  if (ollamas === undefined) return <PageHeader title={t('title')} />;
  const ollama = shownOllama(ollamas, wantedId);
  if (ollama === null) return <NoOllama ollamas={ollamas} />;
  return (
    <ModelsOf
      key={ollama.endpointId}
      ollama={ollama}
      ollamas={ollamas}
      find={find}
      onFind={(next) => onFilter({ find: next })}
      onOllama={(next) => onFilter({ ollama: next })}
    />
  );
}

interface ModelsOfProps {
  ollama: Ollama;
  ollamas: readonly Ollama[];
  find: string;
  onFind: (find: string) => void;
  onOllama: (endpointId: string) => void;
}

function ModelsOf({ ollama, ollamas, find, onFind, onOllama }: ModelsOfProps) {
  const t = useText(modelsTexts);
  const list = useModelList(ollama.endpointId);
  const [dialog, setDialog] = useState<{ kind: 'copy' | 'remove'; model: InstalledModel } | { kind: 'create' } | null>(
    null,
  );
  const [wantedPull, setWanted] = useState<WantedPull | null>(null);
  const [removed, setRemoved] = useState('');
  const all = list?.models ?? [];
  const wanted = find.trim().toLowerCase();
  const rows = all.filter(({ name, family, parameterSize, quantization }) =>
    [name, family, parameterSize, quantization].join('\n').toLowerCase().includes(wanted),
  );
  const loaded = new Set(list?.loaded.map(({ name }) => name));
  return (
    <>
      <ListPage
        title={t('title')}
        count={list?.models ? { all: all.length, shown: rows.length } : undefined}
        actions={
          <Button
            variant="default"
            leftSection={<icons.add size={15} stroke={1.75} aria-hidden />}
            onClick={() => setDialog({ kind: 'create' })}
          >
            {t('create')}
          </Button>
        }
        filters={<OllamaMenu ollama={ollama} ollamas={ollamas} onOllama={onOllama} />}
        search={{ label: t('find'), value: find, onChange: onFind }}
        tools={<PullForm ollama={ollama} onWanted={setWanted} />}
        notice={list?.failure && <FailureNotice failure={list.failure} announced={false} />}
        said={removed === '' ? '' : t('removed', { name: removed })}
        above={
          <>
            {wantedPull !== null && (
              <PullFit ollama={ollama} wanted={wantedPull} installed={list?.models ?? undefined} />
            )}
            <ModelTasks endpointId={ollama.endpointId} />
            <div className={styles.health}>
              <OllamaHealth ollama={ollama} loaded={list?.loaded ?? []} />
            </div>
            {list !== undefined && <LoadedModels ollama={ollama} loaded={list.loaded} />}
          </>
        }
        nothing={{
          icon: icons.models,
          texts: {
            empty: t('empty'),
            emptyNext: t('emptyNext'),
            nothingFound: t('nothingFound'),
            nothingFoundNext: t('nothingFoundNext'),
          },
          action: (
            <Button variant="default" onClick={() => setDialog({ kind: 'create' })}>
              {t('create')}
            </Button>
          ),
          onShowAll: () => onFind(''),
        }}
      >
        {(list === undefined || list.models) && (
          <ModelTable
            ollama={ollama}
            models={list === undefined ? undefined : rows}
            loaded={loaded}
            stale={list !== undefined && list.failure !== null}
            onDialog={setDialog}
          />
        )}
      </ListPage>
      {dialog?.kind === 'create' && <CreateModelDialog ollama={ollama} models={all} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'copy' && (
        <CopyModelDialog endpointId={ollama.endpointId} model={dialog.model.name} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === 'remove' && (
        <RemoveModelDialog
          endpointId={ollama.endpointId}
          model={dialog.model.name}
          sizeBytes={dialog.model.sizeBytes}
          others={otherNames(all, dialog.model)}
          onClose={() => setDialog(null)}
          onRemoved={() => {
            setRemoved(dialog.model.name);
            setDialog(null);
          }}
        />
      )}
    </>
  );
}
