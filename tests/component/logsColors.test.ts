import { describe, expect, it } from 'vitest';
import { readableColor } from '../../renderer/features/logs/readableColor';

const luminance = (rgb: number[]) => {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const parts = (color: string) =>
  color.startsWith('#')
    ? (color.match(/[0-9a-f]{2}/g) ?? []).map((pair) => Number.parseInt(pair, 16))
    : (color.match(/\d+/g) ?? []).map(Number);
const contrast = (a: string, b: string) => {
  const [low = 0, high = 0] = [luminance(parts(a)), luminance(parts(b))].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

describe('a colour that a program chose for a terminal', () => {
  it('can be read on the ground of either theme, marked or not', () => {
    for (const color of ['#ff7800', '#ffff00', '#000000', '#ffffff', '#808080', '#00ff00', '#0000ff', '#5f5fff']) {
      const { light, dark } = readableColor(color);
      for (const ground of ['#ffffff', '#e4f2f6']) expect(contrast(light, ground)).toBeGreaterThanOrEqual(4.5);
      for (const ground of ['#16191f', '#12303a']) expect(contrast(dark, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('stays as it is where it can be read already', () => {
    expect(readableColor('#8a0000').light).toBe('rgb(138 0 0)');
    expect(readableColor('#ffd080').dark).toBe('rgb(255 208 128)');
  });
});
