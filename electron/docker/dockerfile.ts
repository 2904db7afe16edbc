/** One instruction of a Dockerfile, continuation lines joined by single spaces. */
export interface DockerfileInstruction {
  /** 1-based line on which it begins. */
  line: number;
  /** Upper case: `FROM`, `RUN`, ... */
  keyword: string;
  /** Everything after the keyword. */
  rest: string;
  /** Counts the `FROM`s up to here: 0 before the first, 1 in the first stage. */
  stage: number;
}

/**
 * Splits a Dockerfile into instructions with their lines: comments, blank lines, continuations and the `escape` directive as
 * https://docs.docker.com/reference/dockerfile/ has them. Here-documents are not told from instructions.
 */
export function readDockerfile(text: string): DockerfileInstruction[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const continues = escapeOf(lines) === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  const instructions: DockerfileInstruction[] = [];
  let open: { line: number; parts: string[] } | null = null;
  let stage = 0;

  const finish = () => {
    if (!open) return;
    const [, keyword = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(open.parts.join(' ').trim()) ?? [];
    if (keyword.toUpperCase() === 'FROM') stage += 1;
    instructions.push({ line: open.line, keyword: keyword.toUpperCase(), rest: rest.trim(), stage });
    open = null;
  };
  for (const [at, line] of lines.entries()) {
    // Inside a continuation, comments and blank lines are skipped and do not end it.
    if (/^\s*(#|$)/.test(line)) continue;
    open ??= { line: at + 1, parts: [] };
    open.parts.push(line.replace(continues, '').trim());
    if (!continues.test(line)) finish();
  }
  finish();
  return instructions;
}

function escapeOf(lines: string[]): string {
  for (const line of lines) {
    const directive = /^#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line);
    if (!directive) return '\\';
    if (directive[1]?.toLowerCase() === 'escape') return directive[2] as string;
  }
  return '\\';
}

/** Instructions that BuildKit counts as steps of a stage. */
const countedByBuildkit = new Set(['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
 * Where a step stands in the Dockerfile: its 1-based line, or null where that is not certain (steps that the builder adds,
 * instructions of a base image's ONBUILD).
 * @param instruction as the builder prints it: `RUN make` (classic) or `[builder 2/4] RUN make` (BuildKit)
 * @param index position among the classic builder's steps, counted from 1
 */
export function lineOfStep(
  dockerfile: readonly DockerfileInstruction[],
  instruction: string,
  index: number,
): number | null {
  const bracketed = /^\[(?:(.+) )?(\d+)\/(\d+)\] ([\s\S]*)$/.exec(instruction);
  if (instruction.startsWith('[') && !bracketed) return null;
  const text = bracketed ? (bracketed[4] as string) : instruction;
  const keyword = text.split(/\s/, 1)[0]?.toUpperCase() ?? '';
  const same = dockerfile.filter((candidate) => candidate.keyword === keyword);
  const exact = same.filter((candidate) => squeeze(`${keyword} ${candidate.rest}`) === squeeze(text));
  if (exact.length === 1) return (exact[0] as DockerfileInstruction).line;
  const found = bracketed
    ? inStage(dockerfile, bracketed[1], Number(bracketed[2]), Number(bracketed[3]))
    : (dockerfile[index - 1] ?? null);
  return found?.keyword === keyword ? found.line : null;
}

/** The n-th counted instruction of a stage. BuildKit leaves the FROM out where it continues an earlier stage. */
function inStage(
  dockerfile: readonly DockerfileInstruction[],
  stageName: string | undefined,
  index: number,
  total: number,
): DockerfileInstruction | null {
  const stages = dockerfile.filter(({ keyword }) => keyword === 'FROM');
  const number = stageName?.match(/^stage-(\d+)$/)?.[1];
  const named = stages.find(({ rest }) => rest.match(/\sas\s+(\S+)$/i)?.[1]?.toLowerCase() === stageName);
  const stage = named?.stage ?? (number === undefined ? stages.length : Number(number) + 1);
  const counted = dockerfile.filter((entry) => entry.stage === stage && countedByBuildkit.has(entry.keyword));
  if (counted.length === total) return counted[index - 1] ?? null;
  return counted.length === total + 1 ? (counted[index] ?? null) : null;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The image that a `FROM` names, with build arguments and `ARG` defaults filled in.
 * @param from what follows the keyword: `${BASE_IMAGE} AS builder`
 */
export function imageOfFrom(
  dockerfile: readonly DockerfileInstruction[],
  from: string,
  buildArguments: Readonly<Record<string, string>>,
): string {
  const values: Record<string, string> = {};
  for (const { name, byDefault, stage } of argumentsOf(dockerfile)) {
    if (stage === 0) values[name] = buildArguments[name] ?? byDefault ?? '';
  }
  return fromWords(from).image.replace(variable, (_whole, braced, fallback, plain) => {
    return values[braced ?? plain] || (fallback ?? '');
  });
}

const variable = /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g;

/** What follows a `FROM`, without its options. */
function fromWords(from: string): { image: string; name: string | null } {
  const words = from.replace(/^(--\S+\s+)+/, '').trim();
  const [image = ''] = words.split(/\s+/);
  return { image, name: words.match(/\sas\s+(\S+)$/i)?.[1] ?? null };
}

/** A build argument that a Dockerfile takes; `stage` is 0 for one before the first `FROM`. */
interface DockerfileArgument {
  name: string;
  byDefault: string | null;
  stage: number;
}

/** All `ARG`s in order; one line may declare several (https://docs.docker.com/reference/dockerfile/#arg). */
export function argumentsOf(dockerfile: readonly DockerfileInstruction[]): DockerfileArgument[] {
  return dockerfile
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ rest, stage }) =>
      [...rest.matchAll(/(?:^|\s)([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?(?=\s|$)/g)].map(([, name = '', value]) => ({
        name,
        byDefault: value === undefined ? null : value.replace(/^(["'])(.*)\1$/, '$2'),
        stage,
      })),
    );
}

/** One stage: its name where it has one, the image it starts from, and the line of its `FROM`. */
export interface DockerfileStage {
  name: string | null;
  base: string;
  line: number;
}

/** The stages of a Dockerfile in order, build arguments filled in. */
export function stagesOf(
  dockerfile: readonly DockerfileInstruction[],
  buildArguments: Readonly<Record<string, string>> = {},
): DockerfileStage[] {
  return dockerfile
    .filter(({ keyword }) => keyword === 'FROM')
    .map(({ rest, line }) => ({
      name: fromWords(rest).name,
      base: imageOfFrom(dockerfile, rest, buildArguments),
      line,
    }));
}

/** The images that the stages start from, each once: neither `scratch` nor an earlier stage is one. */
export function baseImages(
  dockerfile: readonly DockerfileInstruction[],
  buildArguments: Readonly<Record<string, string>>,
): string[] {
  const stages = stagesOf(dockerfile, buildArguments);
  const names = new Set(stages.map(({ name }) => name?.toLowerCase()));
  const images = stages.map(({ base }) => base);
  return [...new Set(images)].filter((base) => base !== '' && base !== 'scratch' && !names.has(base.toLowerCase()));
}

/** The build argument that the first `FROM` takes its image from; null where it names one itself. */
export function baseArgumentOf(dockerfile: readonly DockerfileInstruction[]): string | null {
  const from = dockerfile.find(({ keyword }) => keyword === 'FROM');
  if (!from) return null;
  const found = /^\$(?:\{(\w+)(?::?-[^}]*)?\}|(\w+))$/.exec(fromWords(from.rest).image);
  const name = found?.[1] ?? found?.[2];
  return argumentsOf(dockerfile).some((argument) => argument.stage === 0 && argument.name === name) && name
    ? name
    : null;
}
