import { Failure, type FailureDetails } from '../../contract/failures';

/** What a Modelfile asks for, as `/api/create` takes it. */
export interface Modelfile {
  /** A model's name or a file's; null where nothing is said. */
  from: { name: string; line: number } | null;
  template: string | null;
  system: string | null;
  licenses: string[];
  parameters: Record<string, string | number | boolean | string[]>;
  messages: { role: string; content: string }[];
}

const roles = new Set(['system', 'user', 'assistant']);

/**
 * Reads a Modelfile (https://github.com/ollama/ollama, docs/modelfile.md): an instruction a line, in any case; texts of more
 * lines between three quotes; comments from `#`. Pure.
 * @throws Failure MODELFILE_REFUSED
 */
export function parseModelfile(text: string): Modelfile {
  const file: Modelfile = { from: null, template: null, system: null, licenses: [], parameters: {}, messages: [] };
  for (const instruction of instructionsOf(text)) apply(file, instruction);
  return file;
}

interface Instruction {
  /** 1-based. */
  line: number;
  name: string;
  value: string;
}

type Reason = FailureDetails<'MODELFILE_REFUSED'>['reason'];
const refusal = (line: number, reason: Reason, text: string) =>
  new Failure('MODELFILE_REFUSED', { line, reason, text: text.slice(0, 200) });

function* instructionsOf(text: string): Generator<Instruction> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const written = (lines[at] ?? '').trim();
    if (written === '' || written.startsWith('#')) continue;
    const line = at + 1;
    const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(written) ?? [];
    const opened = /^((?:\S+\s+)??)("{1,3})(.*)$/s.exec(rest);
    const quotes = opened?.[2] ?? '';
    if (opened && (quotes === '"""' || quotes === '"') && isQuotable(name, opened[1] ?? '')) {
      let body = opened[3] ?? '';
      while (!body.includes(quotes) && at + 1 < lines.length) {
        at += 1;
        body += `\n${lines[at]}`;
      }
      const end = body.indexOf(quotes);
      if (end < 0) throw refusal(line, 'unclosed', written);
      yield { line, name: name.toUpperCase(), value: `${opened[1] ?? ''}${body.slice(0, end)}` };
    } else {
      yield { line, name: name.toUpperCase(), value: rest };
    }
  }
}

/** Only a parameter or a message has a word before its text. */
function isQuotable(name: string, before: string): boolean {
  return before === '' || /^(PARAMETER|MESSAGE)$/i.test(name);
}

function apply(file: Modelfile, { line, name, value }: Instruction): void {
  if (value.trim() === '' && name !== 'TEMPLATE' && name !== 'SYSTEM') {
    throw refusal(line, knownNames.has(name) ? 'value' : 'unknown', name);
  }
  switch (name) {
    case 'FROM':
      file.from = { name: value.trim(), line };
      return;
    case 'TEMPLATE':
      file.template = value;
      return;
    case 'SYSTEM':
      file.system = value;
      return;
    case 'LICENSE':
      file.licenses.push(value);
      return;
    case 'PARAMETER': {
      const [, key = '', said = ''] = /^(\S+)\s+(.*)$/s.exec(value) ?? [];
      if (key === '') throw refusal(line, 'value', value);
      setParameter(file.parameters, key.toLowerCase(), said);
      return;
    }
    case 'MESSAGE': {
      const [, role = '', content = ''] = /^(\S+)\s+(.*)$/s.exec(value) ?? [];
      if (!roles.has(role.toLowerCase())) throw refusal(line, 'value', value);
      file.messages.push({ role: role.toLowerCase(), content });
      return;
    }
    case 'ADAPTER':
      throw refusal(line, 'file', value);
    default:
      throw refusal(line, 'unknown', name);
  }
}

const knownNames = new Set(['FROM', 'TEMPLATE', 'SYSTEM', 'LICENSE', 'PARAMETER', 'MESSAGE', 'ADAPTER']);

function setParameter(parameters: Modelfile['parameters'], key: string, said: string): void {
  if (key === 'stop') {
    const before = parameters[key];
    parameters[key] = [...(Array.isArray(before) ? before : []), said];
    return;
  }
  const text = said.trim();
  if (/^(true|false)$/i.test(text)) parameters[key] = text.toLowerCase() === 'true';
  else if (/^-?(\d+\.?\d*|\.\d+)$/.test(text)) parameters[key] = Number(text);
  else parameters[key] = text;
}
