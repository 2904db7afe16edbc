import type { Container, PublishedPort } from '../../../electron/contract/containers';
import { OutsideLink } from '../../ui/OutsideLink';
import styles from './PublishedPorts.module.css';

/** Published ports; those of TCP as links that open in the browser. */
export function PublishedPorts({ container, whole }: { container: Container; whole?: boolean }) {
  // Engines tell of IPv4 and IPv6 apart; in short they are one port.
  const shown = whole ? container.ports : container.ports.filter((port, index, all) => isFirst(port, index, all));
  return (
    <span className={styles.ports}>
      {shown.map((port) => {
        const words = whole
          ? `${port.hostIp}:${port.hostPort} → ${port.containerPort}/${port.protocol}`
          : String(port.hostPort);
        return port.protocol === 'tcp' ? (
          <OutsideLink key={words} url={urlOf(port)}>
            {words}
          </OutsideLink>
        ) : (
          <span key={words}>{words}</span>
        );
      })}
    </span>
  );
}

function isFirst(port: PublishedPort, index: number, all: PublishedPort[]): boolean {
  const same = ({ hostPort, protocol }: PublishedPort) => hostPort === port.hostPort && protocol === port.protocol;
  return all.findIndex(same) === index;
}

function urlOf({ hostIp, hostPort }: PublishedPort): string {
  const everywhere = hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::';
  const host = everywhere ? '127.0.0.1' : hostIp.includes(':') ? `[${hostIp}]` : hostIp;
  return `http://${host}:${hostPort}`;
}
