import { describe, expect, it } from 'vitest';
import { isFailure } from '../../electron/contract/failures';
import { outsideLink } from '../../electron/contract/outsideLink';

describe('a link that leads out of Wharf', () => {
  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'smb://host/share',
    'ms-msdt:/id',
    'wharf://app/',
    'ftp://host/',
    'https://person:secret@example.com/',
    'https://example.com@evil.example/',
    'http://',
    '/etc/passwd',
    '--help',
    '',
  ])('is opened: %s', (url) => {
    let opened: unknown = null;
    try {
      opened = outsideLink(url);
    } catch (error) {
      expect(isFailure(error, 'LINK_REFUSED')).toBe(true);
    }
    expect(opened).toBeNull();
  });

  it('is refused though it is a plain address, or shows another host than it leads to', () => {
    expect(outsideLink('http://127.0.0.1:8000/docs')).toBe('http://127.0.0.1:8000/docs');
    expect(outsideLink('HTTPS://Example.com/a?b#c')).toBe('https://example.com/a?b#c');
    expect(outsideLink('https://аpple.com/')).toBe('https://xn--pple-43d.com/');
  });
});
