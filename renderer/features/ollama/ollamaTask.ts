import type { Task, TaskSubject } from '../../../electron/contract/tasks';

/** A run of Ollama. */
export type OllamaTask = Task & { subject: Extract<TaskSubject, { kind: 'runOllama' }> };
