import { describe, expect, test } from 'vitest';
import { feedOf } from '../../scripts/lib/appFolder.mjs';

describe('the feed of packages', () => {
  test.each([
    'http://updates.example.com/wharf',
    'file:///srv/wharf',
    'updates.example.com',
    'HTTP://updates.example.com',
  ])('is one that others on the way can change: %s', (address) => {
    expect(() => feedOf(address)).toThrow(address);
  });

  test('is made up where none was named, or left out where one was', () => {
    expect(feedOf(undefined)).toEqual([]);
    expect(feedOf('')).toEqual([]);
    expect(feedOf('https://updates.example.com/wharf')).toContain('-c.publish.url=https://updates.example.com/wharf');
  });
});
