import { Link, type LinkProps } from '@tanstack/react-router';
import { icons } from './icons';

/** The way back before a page's title. `label` is a name for it, as it shows only an arrow. */
export function BackLink({ place, label }: { place: LinkProps; label: string }) {
  return (
    <Link {...place} aria-label={label} title={label}>
      <icons.back size={16} stroke={1.75} aria-hidden />
    </Link>
  );
}
