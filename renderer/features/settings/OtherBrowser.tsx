import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { CommandLine } from '../../ui/CommandLine';
import { useTellFailure } from '../../ui/useTellFailure';
import { settingsTexts } from './locale';
import { Setting } from './Setting';

/** In a browser: a link that signs one more browser in. */
export function OtherBrowser() {
  const t = useText(settingsTexts);
  const api = useApi();
  const link = useMutation({ mutationFn: () => api.host.newLaunchLink(), onError: useTellFailure() });
  const url = link.data?.url ?? null;
  return (
    <Setting name={t('otherBrowser')} why={t('otherBrowserWhy')}>
      {url !== null && <CommandLine command={url} label={t('otherBrowser')} />}
      <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
        {t('otherBrowserLink')}
      </Button>
    </Setting>
  );
}
