/** Grounds that lines are shown on, by theme: the surface and the marked row, of which the harder one counts. */
const grounds = {
  light: [
    [255, 255, 255],
    [228, 242, 246],
  ],
  dark: [
    [22, 25, 31],
    [18, 48, 58],
  ],
} as const;

/** Contrast that WCAG 2.1 (1.4.3) asks of text. */
const leastContrast = 4.5;

type Rgb = readonly [red: number, green: number, blue: number];

/** Relative luminance, WCAG 2.1. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (bright + 0.05) / (dark + 0.05);
}

const parsed = (color: string): Rgb => {
  const [red = 0, green = 0, blue = 0] = (color.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
};

function readable(color: Rgb, theme: keyof typeof grounds): string {
  const end = theme === 'light' ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = color.map((part) => Math.round(part + (end - part) * share)) as unknown as Rgb;
    if (grounds[theme].every((ground) => contrast(mixed, ground) >= leastContrast)) return `rgb(${mixed.join(' ')})`;
  }
  return theme === 'light' ? '#000000' : '#ffffff';
}

const known = new Map<string, { light: string; dark: string }>();

/** A container may choose any of 16 million colours: more than this many are not remembered. */
const knownLimit = 2000;

/**
 * A colour that a program chose without knowing our ground, as near to it as can be read there.
 * @param color `#rrggbb`
 */
export function readableColor(color: string): { light: string; dark: string } {
  const found = known.get(color);
  if (found) return found;
  if (known.size >= knownLimit) known.clear();
  const rgb = parsed(color);
  const made = { light: readable(rgb, 'light'), dark: readable(rgb, 'dark') };
  known.set(color, made);
  return made;
}
