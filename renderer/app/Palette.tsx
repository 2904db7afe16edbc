import '@mantine/spotlight/styles.css';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Container } from '../../electron/contract/containers';
import type { SettingsChange } from '../../electron/contract/settings';
import { RemoveContainerDialog } from '../features/containers/RemoveContainerDialog';
import { useContainerActions } from '../features/containers/useContainerActions';
import { useApi } from '../lib/client';
import { canStart, canStop } from '../lib/containerStatus';
import { useText } from '../lib/i18n';
import { places } from '../lib/places';
import { useContainerTable, useEngineReady } from '../live/useLive';
import { type Icon, icons } from '../ui/icons';
import { useTellFailure } from '../ui/useTellFailure';
import { appTexts } from './locale';
import styles from './Palette.module.css';
import { usePaletteEnter } from './usePaletteEnter';

/** The command palette: pages, containers with what can be done to them, theme and language. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useText(appTexts);
  const navigate = useNavigate();
  const api = useApi();
  const tellFailure = useTellFailure();
  const act = useContainerActions();
  const ready = useEngineReady();
  const containers = useContainerTable()?.containers ?? [];
  const change = useMutation({
    mutationFn: (values: SettingsChange) => api.settings.change(values),
    onError: tellFailure,
  });
  const [removing, setRemoving] = useState<Container | null>(null);

  const search = usePaletteEnter();
  useEffect(() => {
    if (opened) spotlight.open();
    else spotlight.close();
  }, [opened]);

  const entry = (id: string, label: string, icon: Icon, onClick: () => void): SpotlightActionData => {
    const Symbol = icon;
    return { id, label, onClick, leftSection: <Symbol size={16} stroke={1.75} aria-hidden /> };
  };
  const go = (place: Parameters<typeof navigate>[0]) => () => void navigate(place);

  const groups: SpotlightActionGroupData[] = [
    {
      group: t('pages'),
      actions: [
        entry('home', t('home'), icons.home, go(places.home())),
        entry('containers', t('containers'), icons.containers, go(places.containers())),
        entry('logs', t('logsOfSeveral'), icons.logs, go(places.logs())),
        entry('images', t('images'), icons.images, go(places.images())),
        entry('models', t('models'), icons.models, go(places.models())),
        entry('chat', t('chat'), icons.chat, go(places.chat())),
        entry('compare', t('compare'), icons.compare, go(places.compare())),
        entry('activity', t('activity'), icons.activity, go(places.activity())),
        entry('settings', t('settings'), icons.settings, go(places.settings())),
        entry('help', t('help'), icons.help, go(places.help())),
        entry('doctor', t('doctor'), icons.doctor, go(places.doctor())),
        entry('run', t('runContainer'), icons.start, go(places.runContainer())),
        entry('ollama', t('runOllama'), icons.start, go(places.runOllama())),
        entry('build', t('buildImage'), icons.build, go(places.buildImage())),
      ],
    },
    {
      group: t('paletteContainers'),
      actions: containers.flatMap((container) => {
        const { id, name } = container;
        const made = [
          entry(`${id}.open`, t('open', { name }), icons.containers, go(places.container(id))),
          entry(`${id}.logs`, t('logsOf', { name }), icons.logs, go(places.container(id, 'logs'))),
        ];
        if (container.servesApi && container.state === 'running') {
          made.push(entry(`${id}.chat`, t('chatWith', { name }), icons.chat, go(places.chat({ container: id }))));
        }
        if (!ready) return made;
        const deed = (kind: 'start' | 'stop' | 'restart', icon: Icon) =>
          entry(`${id}.${kind}`, t(kind, { name }), icon, () => void act({ container, deed: { kind } }));
        if (canStart(container)) made.push(deed('start', icons.start));
        if (canStop(container)) made.push(deed('stop', icons.stop), deed('restart', icons.restart));
        made.push(entry(`${id}.remove`, t('remove', { name }), icons.remove, () => setRemoving(container)));
        return made;
      }),
    },
    {
      group: t('paletteSettings'),
      actions: [
        entry('light', t('themeLight'), icons.light, () => change.mutate({ theme: 'light' })),
        entry('dark', t('themeDark'), icons.theme, () => change.mutate({ theme: 'dark' })),
        entry('system', t('themeSystem'), icons.system, () => change.mutate({ theme: 'system' })),
        entry('ko', '언어: 한국어 (Korean)', icons.language, () => change.mutate({ language: 'ko' })),
        entry('en', 'Language: English (영어)', icons.language, () => change.mutate({ language: 'en' })),
        entry('languageSystem', t('languageSystem'), icons.language, () => change.mutate({ language: 'system' })),
      ],
    },
  ];
  return (
    <>
      <Spotlight
        actions={groups}
        shortcut={null}
        nothingFound={t('paletteNothing')}
        scrollable
        maxHeight={420}
        limit={40}
        size={560}
        centered={false}
        yOffset={72}
        overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
        classNames={styles}
        onSpotlightClose={onClose}
        searchProps={{
          ref: search,
          placeholder: t('openPalette'),
          'aria-label': t('openPalette'),
          leftSection: <icons.search size={16} stroke={1.75} aria-hidden />,
        }}
      />
      {removing !== null && (
        <RemoveContainerDialog
          container={removing}
          onClose={() => setRemoving(null)}
          onRemove={(deed) => {
            setRemoving(null);
            void act({ container: removing, deed });
          }}
        />
      )}
    </>
  );
}
