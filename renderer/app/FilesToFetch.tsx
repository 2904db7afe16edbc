import { Popover } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ExportedFile } from '../../electron/contract/host';
import { useApi } from '../lib/client';
import { followWatch } from '../lib/followWatch';
import { useFormat } from '../lib/format';
import { useText } from '../lib/i18n';
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

function WaitingFiles() {
  const t = useText(appTexts);
  const format = useFormat();
  const api = useApi();
  const [files, setFiles] = useState<ExportedFile[]>([]);
  const remove = useMutation({
    mutationFn: (name: string) => api.host.removeExport({ name }),
    onError: useTellFailure(),
  });

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.host.watchExports(undefined, { signal }),
      onItem: (item) => setFiles(item.files),
      signal,
    });
    return () => leaving.abort();
  }, [api]);

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
