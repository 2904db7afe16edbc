import { stepsOfOllama } from '../../../electron/contract/ollamaContainer';
import { useText } from '../../lib/i18n';
import { taskTexts } from '../../lib/locales/taskWords';
import { useTask } from '../../live/useLive';
import { ModelLayers } from '../../ui/ModelLayers';
import { Status, type Tone } from '../../ui/Status';
import { TransferAmount } from '../../ui/TransferAmount';
import { ollamaTexts } from './locale';
import styles from './ollama.module.css';
import type { OllamaTask } from './ollamaTask';

/** What a run of Ollama goes through, how far it is, and what moves right now. */
export function OllamaSteps({ task }: { task: OllamaTask }) {
  const t = useText(ollamaTexts);
  const words = useText(taskTexts);
  const { subject, state } = task;
  const { phase } = subject;
  const steps = stepsOfOllama(subject);
  const at = phase === 'done' ? steps.length : steps.indexOf(phase);
  const toneAt = (step: number): Tone =>
    step < at ? 'good' : step > at ? 'idle' : state === 'running' ? 'busy' : state === 'failed' ? 'bad' : 'idle';
  const moving = phase === 'pullingModel' ? subject.modelPullTaskId : subject.pullTaskId;
  return (
    <ol className={styles.steps} aria-label={t('steps')}>
      {steps.map((step, number) => (
        <li key={step} aria-current={number === at ? 'step' : undefined}>
          <Status
            tone={toneAt(number)}
            word={number < at ? t('stepDone', { step: words(`phase.${step}`) }) : words(`phase.${step}`)}
          />
          {number === at && state === 'running' && moving !== null && step.startsWith('pulling') && (
            <Moving taskId={moving} label={words(`phase.${step}`)} />
          )}
        </li>
      ))}
    </ol>
  );
}

/** The pull that the run waits for: its amount, and a model's layers. */
function Moving({ taskId, label }: { taskId: string; label: string }) {
  const task = useTask(taskId);
  if (!task) return null;
  return (
    <div className={styles.moving}>
      <TransferAmount label={label} bytes={task.bytes} isRunning={task.state === 'running'} />
      {task.subject.kind === 'pullModel' && (
        <ModelLayers layers={task.subject.layers} done={task.progress?.done ?? 0} />
      )}
    </div>
  );
}
