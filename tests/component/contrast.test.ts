// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync('renderer/ui/tokens.css', 'utf8');
const themes = ['light', 'dark'] as const;

/** The colours of a theme, as `tokens.css` sets them. */
function tokens(theme: string): Record<string, string> {
  const block = new RegExp(`scheme="${theme}"\\]\\s*{([^}]*)}`).exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2: relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const texts = ['text', 'text-soft', 'text-faint', 'accent-text', 'good', 'warn', 'bad'];
const grounds = ['surface', 'canvas', 'sunken', 'hover'];
const pairs = [
  ...grounds.flatMap((ground) => texts.map((text) => [text, ground] as const)),
  ...(['good', 'warn', 'bad'] as const).map((tone) => [tone, `${tone}-soft`] as const),
  ...(['good', 'warn', 'bad'] as const).flatMap((tone) =>
    (['text', 'text-soft'] as const).map((text) => [text, `${tone}-soft`] as const),
  ),
  ['text', 'selected'] as const,
  ['text-soft', 'selected'] as const,
  ['text-faint', 'selected'] as const,
];

test.each(themes.flatMap((theme) => pairs.map(([text, ground]) => ({ theme, text, ground }))))(
  '$theme: $text cannot be too faint to read on $ground',
  ({ theme, text, ground }) => {
    const colours = tokens(theme);
    expect(contrast(colours[text] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  },
);

test.each(themes)('%s: white on the accent is readable', (theme) => {
  expect(contrast('#ffffff', tokens(theme).accent ?? '')).toBeGreaterThanOrEqual(4.5);
});
