import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import type { ChatTarget } from '../../../electron/contract/targets';
import { containerStatus } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { containerTexts } from '../../lib/locales/containerWords';
import { icons } from '../../ui/icons';
import { SearchField } from '../../ui/SearchField';
import { Status } from '../../ui/Status';
import { EndpointsDialog } from './answers/EndpointsDialog';
import { answersTexts } from './answers/locale';
import { TargetMenu } from './answers/TargetMenu';
import menu from './answers/TargetMenu.module.css';
import { useEndpoints } from './answers/watchedLists';
import styles from './TargetPicker.module.css';
import { findTarget } from './target';

interface TargetPickerProps {
  target: ChatTarget | null;
  containers: readonly Container[];
  disabled: boolean;
  onChoose: (target: ChatTarget) => void;
  /** Without its caption: one of several side by side. */
  isCompact?: boolean;
}

/** Who answers from now on: a running container that serves the API, or a model of an Ollama or another endpoint. */
export function TargetPicker({ target, containers, disabled, onChoose, isCompact = false }: TargetPickerProps) {
  const t = useText(answersTexts);
  const word = useText(containerTexts);
  const endpoints = useEndpoints();
  const [isOpen, setOpen] = useState(false);
  const [managesEndpoints, setManagesEndpoints] = useState(false);
  const [find, setFind] = useState('');
  const present = target?.kind === 'container' ? findTarget(containers, target) : null;
  const status = present && containerStatus(present);
  const isGone =
    (target?.kind === 'container' && !present) ||
    (target?.kind === 'endpoint' && endpoints !== undefined && !endpoints.some(({ id }) => id === target.endpointId));

  const close = () => {
    setOpen(false);
    setFind('');
  };

  return (
    <>
      <Popover
        opened={isOpen}
        onChange={(next) => (next ? setOpen(true) : close())}
        position={isCompact ? 'bottom-start' : 'bottom-end'}
        width={360}
        trapFocus
        returnFocus
        shadow="md"
      >
        <Popover.Target>
          <button
            type="button"
            className={styles.button}
            data-compact={isCompact || undefined}
            disabled={disabled}
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            onClick={() => (isOpen ? close() : setOpen(true))}
          >
            <span className={isCompact ? 'hiddenVisually' : styles.caption}>{t('target')}</span>
            <span className={styles.name}>{target?.name ?? t('chooseTarget')}</span>
            {target?.model !== undefined && <span className={styles.model}>{target.model}</span>}
            {status && <Status tone={status.tone} word={word(status.word)} />}
            {isGone && <Status tone="bad" word={t('gone')} />}
            <icons.down size={14} stroke={1.75} aria-hidden />
          </button>
        </Popover.Target>
        <Popover.Dropdown className={menu.dropdown} aria-label={t('chooseTarget')}>
          <div className={menu.search}>
            <SearchField value={find} onChange={setFind} label={t('findTarget')} />
          </div>
          <TargetMenu
            target={target}
            containers={containers}
            endpoints={endpoints ?? []}
            find={find}
            onChoose={(next) => {
              close();
              onChoose(next);
            }}
          />
          <div className={menu.foot}>
            <button
              type="button"
              className={menu.choice}
              onClick={() => {
                close();
                setManagesEndpoints(true);
              }}
            >
              <icons.settings size={15} stroke={1.75} aria-hidden />
              {t('manageEndpoints')}
            </button>
          </div>
        </Popover.Dropdown>
      </Popover>
      <EndpointsDialog opened={managesEndpoints} onClose={() => setManagesEndpoints(false)} />
    </>
  );
}
