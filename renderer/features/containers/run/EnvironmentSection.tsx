import { Button, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { type EnvFileProblem, parseEnvFile, withoutQuotes, writeEnvFile } from '../../../../electron/contract/envFile';
import { environmentName } from '../../../../electron/contract/runRequest';
import { useText } from '../../../lib/i18n';
import { Choices } from '../../../ui/Choices';
import { FieldProblem } from '../../../ui/FieldProblem';
import { icons } from '../../../ui/icons';
import { type Pair, PairRows } from '../../../ui/PairRows';
import { containersTexts } from '../locale';
import { runTexts } from '../runLocale';
import { FormSection } from './FormSection';
import styles from './run.module.css';
import { type RunSectionProps, useRunForm } from './useRunForm';

/** A file of variables is small; what is larger is something else. */
const maxFileBytes = 1024 * 1024;

/** Variables as rows, as text, or out of an `.env` file, read as `docker run --env-file` reads it. */
export function EnvironmentSection({ isWrong }: RunSectionProps) {
  const t = useText(runTexts);
  const words = useText(containersTexts);
  const { values, change } = useRunForm();
  const { environment } = values;
  const [text, setText] = useState<string | null>(null);
  const [problems, setProblems] = useState<EnvFileProblem[]>([]);
  const [isOver, setIsOver] = useState(false);
  const [isUnread, setIsUnread] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const named = environment.filter(({ name }) => name !== '');
  const quoted = named.filter(({ value }) => withoutQuotes(value) !== null);

  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    // Too large, gone, or a folder that was dropped.
    const content = file.size > maxFileBytes ? null : await file.text().catch(() => null);
    setIsUnread(content === null);
    if (content === null) return;
    const found = parseEnvFile(content);
    const read = new Set(found.variables.map(({ name }) => name));
    change('environment', [...named.filter(({ name }) => !read.has(name)), ...found.variables]);
    setProblems(found.problems);
    setText(null);
  };
  const problem = ({ name }: Pair, all: Pair[]) => {
    if (name === '') return null;
    if (!environmentName.safeParse(name).success) return words('variableBad');
    return all.filter((other) => other.name === name).length > 1 ? words('variableTwice') : null;
  };
  return (
    <FormSection
      title={t('environment')}
      summary={named.length === 0 ? t('none') : named.map(({ name }) => name).join(', ')}
      wrong={isWrong('environment')}
      open
    >
      <div className={styles.row}>
        <Choices
          label={t('environmentForm')}
          value={text === null ? 'rows' : 'text'}
          choices={[
            { value: 'rows', word: t('asRows') },
            { value: 'text', word: t('asText') },
          ]}
          onChange={(form) => setText(form === 'text' ? writeEnvFile(named) : null)}
        />
      </div>
      {text === null ? (
        <PairRows
          value={environment}
          onChange={(next) => change('environment', next)}
          words={{
            group: words('environment'),
            name: words('variableName'),
            value: words('variableValue'),
            add: words('addVariable'),
            remove: words('removeVariable'),
          }}
          problem={problem}
        />
      ) : (
        <Textarea
          className={styles.area}
          label={t('environmentText')}
          value={text}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            const found = parseEnvFile(typed);
            setText(typed);
            setProblems(found.problems);
            change('environment', found.variables);
          }}
        />
      )}
      {quoted.length > 0 && (
        <FieldProblem
          words={t('quotes', { count: quoted.length })}
          remedy={t('takeQuotesOff')}
          onRemedy={() => {
            const next = environment.map(({ name, value }) => ({ name, value: withoutQuotes(value) ?? value }));
            change('environment', next);
            if (text !== null) setText(writeEnvFile(next));
          }}
        />
      )}
      {(['noValue', 'badName'] as const).map((reason) => {
        const of = problems.filter((one) => one.reason === reason);
        if (of.length === 0) return null;
        const lines = of.map(({ line }) => line).join(', ');
        return (
          <p key={reason} className={styles.problem} role="status">
            {t(reason, { lines })}
          </p>
        );
      })}
      <section
        className={styles.drop}
        aria-label={t('importFile')}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          void read(event.dataTransfer.files[0]);
        }}
      >
        <Button
          variant="default"
          leftSection={<icons.logs size={14} aria-hidden />}
          onClick={() => picker.current?.click()}
        >
          {t('importFile')}
        </Button>
        <span>{t('dropHere')}</span>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={t('importFile')}
          onChange={(event) => {
            void read(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </section>
      {isUnread && (
        <p className={styles.problem} role="alert">
          {t('unreadFile')}
        </p>
      )}
      <p className={styles.note}>{t('envRules')}</p>
    </FormSection>
  );
}
