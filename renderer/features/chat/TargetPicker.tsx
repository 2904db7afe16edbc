import { Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Container } from '../../../electron/contract/containers';
import type { ChatTarget } from '../../../electron/contract/targets';
import { containerStatus } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { containerTexts } from '../../lib/locales/containerWords';
import { places } from '../../lib/places';
import { icons } from '../../ui/icons';
import { Status } from '../../ui/Status';
import { chatTexts } from './locale';
import styles from './TargetPicker.module.css';
import { chatContainers, findTarget, targetOf } from './target';

interface TargetPickerProps {
  target: ChatTarget | null;
  containers: readonly Container[];
  disabled: boolean;
  onChoose: (target: ChatTarget) => void;
}

/** Who answers from now on: one of the running containers that serve the API. */
export function TargetPicker({ target, containers, disabled, onChoose }: TargetPickerProps) {
  const t = useText(chatTexts);
  const word = useText(containerTexts);
  const choices = chatContainers(containers);
  const present = target?.kind === 'container' ? findTarget(containers, target) : null;
  const status = present && containerStatus(present);

  return (
    <Menu position="bottom-end" width={300} disabled={disabled}>
      <Menu.Target>
        <button type="button" className={styles.button} disabled={disabled}>
          <span className={styles.caption}>{t('target')}</span>
          <span className={styles.name}>{target?.name ?? t('chooseTarget')}</span>
          {status && <Status tone={status.tone} word={word(status.word)} />}
          {target?.kind === 'container' && !present && <Status tone="bad" word={t('gone')} />}
          <icons.down size={14} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.length === 0 && <div className={styles.none}>{t('noTargets')}</div>}
        {choices.length === 0 && (
          <Menu.Item component={Link} {...places.home()}>
            {t('goHome')}
          </Menu.Item>
        )}
        {choices.map((container) => {
          const stands = containerStatus(container);
          return (
            <Menu.Item
              key={container.id}
              onClick={() => onChoose(targetOf(container))}
              aria-current={container.id === present?.id ? 'true' : undefined}
              rightSection={container.id === present?.id ? <icons.check size={14} aria-hidden /> : undefined}
            >
              <span className={styles.choice}>
                <span className={styles.name}>{container.name}</span>
                <Status tone={stands.tone} word={word(stands.word)} />
              </span>
              <span className={styles.image}>{container.image}</span>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
