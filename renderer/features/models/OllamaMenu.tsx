import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Ollama } from '../../../electron/contract/models';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import { Status } from '../../ui/Status';
import { useTellFailure } from '../../ui/useTellFailure';
import { modelsTexts } from './locale';
import styles from './ModelsPage.module.css';
import { useOllamaState } from './useOllamaState';

interface OllamaMenuProps {
  /** The one that the page shows. */
  ollama: Ollama;
  ollamas: readonly Ollama[];
  onOllama: (endpointId: string) => void;
}

/** Which Ollama is shown and used, where else one may be, and why the others are not used. */
export function OllamaMenu({ ollama, ollamas, onOllama }: OllamaMenuProps) {
  const t = useText(modelsTexts);
  const api = useApi();
  const onError = useTellFailure();
  const use = useMutation({
    mutationFn: (endpointId: string | null) => api.settings.change({ ollama: endpointId }),
    onError,
  });
  const stateOf = useOllamaState();
  const { tone, word } = stateOf(ollama);
  return (
    <Menu position="bottom-start" withinPortal width={440}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-md"
          rightSection={<icons.down size={14} stroke={1.75} aria-hidden />}
          aria-label={t('ollamaIs', { name: ollama.name, state: word })}
        >
          <span className={styles.ollama}>
            <Status tone={tone} word={ollama.name} title={word} />
          </span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('places')}</Menu.Label>
        {ollamas.map((one) => (
          <Menu.Item
            key={one.endpointId}
            onClick={() => {
              use.mutate(one.endpointId);
              onOllama(one.endpointId);
            }}
            aria-current={one.endpointId === ollama.endpointId || undefined}
          >
            <OllamaLine ollama={one} />
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => use.mutate(null)}>{t('useFirst')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A place, how it was found, and how it stands. */
export function OllamaLine({ ollama }: { ollama: Ollama }) {
  const t = useText(modelsTexts);
  const { tone, word } = useOllamaState()(ollama);
  return (
    <span className={styles.place}>
      <span className={styles.placeHead}>
        <strong>{ollama.name}</strong>
        {ollama.isUsed && <span className={styles.badge}>{t('used')}</span>}
        <span className={styles.soft}>{t(`origin.${ollama.origin}`)}</span>
      </span>
      <span className={styles.placeState}>
        <Status tone={tone} word={word} />
        {ollama.baseUrl !== null && <code className={`mono ${styles.soft}`}>{ollama.baseUrl}</code>}
      </span>
    </span>
  );
}
