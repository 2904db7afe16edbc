import { type ProbeName, probeRequests } from '../../../../electron/contract/probe';

/** Languages that a request is written in. */
export const snippetLanguages = ['curl', 'python', 'javascript'] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

interface Asked {
  /** Base address of the service, without a slash at its end. */
  baseUrl: string;
  probe: ProbeName;
  message: string;
  /** The service asks for a key: it is read from the environment variable `API_KEY`, never written down. */
  needsKey: boolean;
}

/**
 * A request as something to paste: for a POSIX shell, for Python 3 without packages, for JavaScript with `fetch` (Node 18
 * and newer as a module, or a browser's console). Each prints the body of the answer.
 */
export function apiSnippet(language: SnippetLanguage, asked: Asked): string {
  const { method, path } = probeRequests[asked.probe];
  const url = `${asked.baseUrl}${path}`;
  const body = method === 'POST' ? JSON.stringify({ message: asked.message }) : null;
  switch (language) {
    case 'curl':
      return curl(url, body, asked.needsKey);
    case 'python':
      return python(url, body, asked.needsKey);
    case 'javascript':
      return javascript(url, body, asked.needsKey);
  }
}

function curl(url: string, body: string | null, needsKey: boolean): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = [
    `curl -sS ${url}`,
    ...(needsKey ? [`-H "Authorization: Bearer $API_KEY"`] : []),
    ...(body === null ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

function python(url: string, body: string | null, needsKey: boolean): string {
  const headers = [
    ...(body === null ? [] : ['"Content-Type": "application/json"']),
    ...(needsKey ? ['"Authorization": "Bearer " + os.environ["API_KEY"]'] : []),
  ];
  return [
    ...(body === null ? [] : ['import json']),
    ...(needsKey ? ['import os'] : []),
    'from urllib.request import Request, urlopen',
    '',
    'request = Request(',
    `    ${JSON.stringify(url)},`,
    ...(body === null ? [] : [`    data=json.dumps(${body}).encode(),`]),
    ...(headers.length === 0 ? [] : [`    headers={${headers.join(', ')}},`]),
    ')',
    'with urlopen(request) as response:',
    '    print(response.read().decode())',
  ].join('\n');
}

function javascript(url: string, body: string | null, needsKey: boolean): string {
  const headers = [
    ...(body === null ? [] : [`'Content-Type': 'application/json'`]),
    ...(needsKey ? ['Authorization: `Bearer ${process.env.API_KEY}`'] : []),
  ];
  const options = [
    ...(body === null ? [] : [`  method: 'POST',`]),
    ...(headers.length === 0 ? [] : [`  headers: { ${headers.join(', ')} },`]),
    ...(body === null ? [] : [`  body: JSON.stringify(${body}),`]),
  ];
  return [
    options.length === 0
      ? `const response = await fetch(${JSON.stringify(url)});`
      : [`const response = await fetch(${JSON.stringify(url)}, {`, ...options, '});'].join('\n'),
    'console.log(await response.text());',
  ].join('\n');
}
