import { Popover } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Api } from '../../electron/contract/api';
import { useApi } from '../lib/client';
import { useFormat } from '../lib/format';
import { useText } from '../lib/i18n';
import { useWatched } from '../lib/useWatched';
import { useAbout } from '../live/useLive';
import { IconButton } from '../ui/IconButton';
import { icons } from '../ui/icons';
import { useTellFailure } from '../ui/useTellFailure';
import styles from './FilesToFetch.module.css';
import { appTexts } from './locale';

/** In a browser: the files that Wharf wrote on its machine, to be fetched with the browser or thrown away. */
export function FilesToFetch() {
  return useAbout()?.host === 'web' ? <WaitingFiles /> : null;
}

const openExports = (api: Api, signal: AbortSignal) => api.host.watchExports(undefined, { signal });

function WaitingFiles() {
  const t = useText(appTexts);
  const format = useFormat();
  const api = useApi();
  const files = useWatched(openExports)?.files ?? [];
  const remove = useMutation({
    mutationFn: (name: string) => api.host.removeExport({ name }),
    onError: useTellFailure(),
  });

  if (files.length === 0) return null;
  return (
    <Popover position="top-end" width={360} shadow="md" withinPortal>
      <Popover.Target>
        <button type="button" className={styles.opener}>
          <icons.download size={14} stroke={1.75} aria-hidden />
          {t('filesToFetch', { count: files.length })}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className={styles.files}>
          {files.map((file) => (
            <li key={file.name} className={styles.file}>
              <a href={`./exports/${encodeURIComponent(file.name)}`} download={file.name} className={styles.name}>
                {file.name}
              </a>
              <span className={styles.size}>{format.bytes(file.sizeBytes)}</span>
              <IconButton
                icon={icons.remove}
                label={t('throwFileAway', { name: file.name })}
                onClick={() => remove.mutate(file.name)}
              />
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
