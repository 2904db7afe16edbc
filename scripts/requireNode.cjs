'use strict';
// Loaded before anything else, by Node versions of any age: ES5 only in this file.

/**
 * The one sentence for a Node version that is too old, or undefined when it is fine.
 *
 * @param {string} version `process.versions.node`
 * @param {string} locale What LC_ALL or LANG says.
 */
function wrongNode(version, locale) {
  var parts = version.split('.');
  var major = Number(parts[0]);
  if (major > 20 || (major === 20 && Number(parts[1]) >= 19)) return undefined;
  if (/^ko/i.test(locale)) {
    return (
      'Wharf에는 Node 20.19 이상이 필요한데 지금은 Node ' +
      version +
      '입니다. 새 버전을 설치한 뒤 같은 명령을 다시 실행하세요.'
    );
  }
  return (
    'Wharf needs Node 20.19 or newer, and this is Node ' +
    version +
    ': install a newer one, then run the same command again.'
  );
}

exports.wrongNode = wrongNode;

var sentence = wrongNode(
  process.versions.node,
  process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '',
);
if (sentence) {
  console.error(sentence);
  process.exit(1);
}
