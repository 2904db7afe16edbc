'use strict';
// Loaded before anything else, by Node versions of any age: ES5 only in this file.
var wanted = [20, 19];

/**
 * The one sentence for a Node version that is too old, or undefined when it is fine.
 * `version` is `process.versions.node`, `locale` is what LC_ALL or LANG says.
 */
function wrongNode(version, locale) {
  var parts = version.split('.');
  var major = Number(parts[0]);
  if (major > wanted[0] || (major === wanted[0] && Number(parts[1]) >= wanted[1])) return undefined;
  return /^ko/i.test(locale)
    ? 'Wharf에는 Node ' +
        wanted.join('.') +
        ' 이상이 필요한데 지금은 Node ' +
        version +
        '입니다. 새 버전을 설치한 뒤 같은 명령을 다시 실행하세요.'
    : 'Wharf needs Node ' +
        wanted.join('.') +
        ' or newer, and this is Node ' +
        version +
        ': install a newer one, then run the same command again.';
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
