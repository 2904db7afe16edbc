import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../electron/contract/chat';
import type { RawRequest } from '../../electron/contract/requests';
import { useOutbox } from '../../renderer/features/chat/outbox';
import { sampleContainer, sampleConversations, sampleId } from '../fakes/samples';
import { openPage } from './openPage';

const base = {
  conversationId: 'c1',
  isChosen: true,
  attachments: [],
  failure: null,
  provenance: null,
  numbers: null,
  createdAtMs: Date.now(),
};
const question: Message = { ...base, id: 'q', parentId: null, role: 'user', text: 'Hello', state: 'done' };
const answer = (part: Partial<Message> = {}): Message => ({
  ...base,
  id: 'a',
  parentId: 'q',
  role: 'assistant',
  text: 'Hello',
  state: 'done',
  ...part,
});
const requestId = '5f7a0a0e-6a55-4a3c-8d7e-1f2b3c4d5e6f';
const provenance = {
  containerId: sampleId(1),
  containerName: 'llm-api',
  image: 'llm-api:latest',
  imageId: 'sha256:0123456789abcdef',
  backend: 'ollama',
  model: 'llama3.2',
  parameters: { temperature: 0.2 },
  requestId,
};
const bounded = (head: string) => ({ head, tail: '', leftOut: 0 });
const request: RawRequest = {
  entry: {
    id: requestId,
    conversationId: 'c1',
    messageId: 'a',
    startedAtMs: Date.now(),
    durationMs: 1200,
    targetName: 'llm-api',
    containerId: sampleId(1),
    model: 'llama3.2',
    method: 'POST',
    url: 'http://127.0.0.1:8000/chat',
    status: 200,
    promptTokens: 3,
    completionTokens: 12,
    failure: null,
  },
  requestHeaders: [['content-type', 'application/json']],
  requestBody: bounded('{"messages":[],"stream":true}'),
  responseHeaders: [['content-type', 'text/event-stream']],
  responseBody: bounded('data: {"delta":"Hello"}'),
};
const start = (...messages: Message[]) => ({
  containers: [sampleContainer()],
  conversations: sampleConversations(),
  messages,
  requests: [request],
});

/** The first page of a file is loaded while it is waited for. */
const patience = { timeout: 15_000 };

beforeEach(() => useOutbox.setState({ drafts: {}, outgoing: {} }));

describe('how an answer stands', () => {
  it.each([
    ['queued', 1, 0, /next in line/],
    ['queued', 3, 0, /2 before it/],
    ['connecting', null, 0, /Connecting to llm-api/],
    ['loading', null, 42_000, /Loading the model, 00:[45]\d/],
    ['loading', null, 360_000, /Loading the model, 06:[01]\d/],
  ] as const)('is not said in words: %s %j %i', async (state, position, forMs, words) => {
    const waiting = { position, sinceMs: Date.now() - forMs };
    openPage('/chat/c1', start(question, answer({ text: '', state, waiting })));
    expect(await screen.findByText(words, {}, patience)).toBeTruthy();
    expect(screen.getByLabelText('Stop')).toBeTruthy();
  });

  it('hides that the model did not see the whole conversation', async () => {
    const numbers = { firstTokenMs: 1, totalMs: 2, promptTokens: 4096, completionTokens: 5 };
    openPage(
      '/chat/c1',
      start(question, answer({ numbers: { ...numbers, contextTokens: 4096, overflowed: true }, provenance })),
    );
    expect(await screen.findByText('The model no longer saw the whole conversation')).toBeTruthy();
    expect(screen.getByText('context 100 %')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Parameters' }));
    expect(await screen.findByLabelText('Context')).toBeTruthy();
  });
});

describe('the system prompt and the parameters', () => {
  it('are lost, sent out of range, or not given back to the server', async () => {
    const { called } = openPage('/chat/c1', start(question, answer()));
    fireEvent.click(await screen.findByRole('button', { name: 'System prompt and parameters' }));
    const system = await screen.findByLabelText('System prompt');
    fireEvent.change(system, { target: { value: '짧게 답해' } });
    fireEvent.blur(system);
    await waitFor(() =>
      expect(called('chat.configure')).toEqual([
        { conversationId: 'c1', settings: { system: '짧게 답해', parameters: {} } },
      ]),
    );
    const temperature = screen.getByLabelText('Temperature');
    fireEvent.change(temperature, { target: { value: '9' } });
    expect(await screen.findByText('Between 0 and 2.')).toBeTruthy();
    fireEvent.change(temperature, { target: { value: '0.5' } });
    await waitFor(() =>
      expect(called('chat.configure').at(-1)).toEqual({
        conversationId: 'c1',
        settings: { system: '짧게 답해', parameters: { temperature: 0.5 } },
      }),
    );
    fireEvent.click(screen.getByLabelText('Leave it to the server: Temperature'));
    await waitFor(() => expect(called('chat.configure').at(-1)).toMatchObject({ settings: { parameters: {} } }));
    expect(called('chat.configure')).toHaveLength(3);
  });

  it('cannot be kept as a preset and taken again', async () => {
    const { called } = openPage('/chat/c1', start(question, answer()));
    fireEvent.click(await screen.findByRole('button', { name: 'System prompt and parameters' }));
    fireEvent.change(await screen.findByLabelText('Seed'), { target: { value: '7' } });
    await waitFor(() => expect(called('chat.configure')).toHaveLength(1));
    fireEvent.click(screen.getByRole('button', { name: 'Save as preset' }));
    const name = await screen.findByLabelText('Name of the preset');
    fireEvent.change(name, { target: { value: '재현' } });
    fireEvent.keyDown(name, { key: 'Enter', code: 'Enter', keyCode: 13 });
    await waitFor(() =>
      expect(called('answerPresets.put')).toMatchObject([
        { name: '재현', settings: { system: '', parameters: { seed: 7 } } },
      ]),
    );
    expect(await screen.findByLabelText('Delete this preset: 재현')).toBeTruthy();
  });
});

describe('a request', () => {
  it('is not found from its answer, or its curl line, its log lines and its turn not from it', async () => {
    const { called } = openPage('/chat/c1', start(question, answer({ provenance })));
    fireEvent.click(await screen.findByRole('button', { name: /What produced this answer/ }));
    const details = await screen.findByRole('dialog');
    expect(details.textContent).toContain('temperature 0.2');
    fireEvent.click(within(details).getByText('Request and response'));
    const panel = await screen.findByRole('complementary', { name: 'Request' });
    expect(await within(panel).findByText(/"stream": true/)).toBeTruthy();
    fireEvent.click(within(panel).getByText('Copy as curl'));
    await waitFor(() =>
      expect(called('host.copyText')).toEqual([{ text: expect.stringContaining("curl -N -X POST 'http://127.0.0.1") }]),
    );
    const href = within(panel).getByText('Its lines in the log').closest('a')?.getAttribute('href') ?? '';
    expect(href).toContain(`/containers/${sampleId(1)}`);
    expect(href).toContain(requestId);
  });
});

describe('a comparison', () => {
  it('asks before everybody is chosen, asks only one of them, or cannot stop one by itself', async () => {
    const { host, called } = openPage('/compare', {
      ...start(),
      containers: [sampleContainer(), sampleContainer({ id: sampleId(2), name: 'canary' })],
      models: { ollama: [] },
    });
    const field = await screen.findByLabelText('One prompt to all of them');
    fireEvent.change(field, { target: { value: 'Hello both' } });
    fireEvent.click(screen.getByText('Add a side'));
    expect(screen.getByLabelText<HTMLButtonElement>(/^Send to all/).disabled).toBe(true);
    fireEvent.click(screen.getAllByLabelText('Take this side away')[2] as HTMLElement);
    fireEvent.click(screen.getByLabelText(/^Send to all/));
    await waitFor(() => expect(called('chat.send')).toHaveLength(2));
    expect(await screen.findAllByText('Echo: Hello both')).toHaveLength(2);
    const messages = host.messages.value;
    host.messages.set(messages.map((one, at) => (at === 1 ? { ...one, state: 'generating' as const } : one)));
    fireEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    await waitFor(() => expect(called('chat.stop')).toEqual([{ conversationId: messages[1]?.conversationId }]));
  });
});

describe('the field of a comparison', () => {
  it('sends with Enter though the person has set Ctrl+Enter', async () => {
    const { called, user } = openPage('/compare', {
      ...start(),
      containers: [sampleContainer(), sampleContainer({ id: sampleId(2), name: 'canary' })],
      models: { ollama: [] },
      settings: { sendKey: 'modEnter' },
    });
    const field = await screen.findByLabelText<HTMLTextAreaElement>('One prompt to all of them');
    await user.type(field, 'Hello{Enter}both');
    expect(field.value).toBe('Hello\nboth');
    expect(called('comparisons.begin')).toEqual([]);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(called('chat.send')).toHaveLength(2));
  });
});

describe('an endpoint', () => {
  it('cannot be added, shows its key again, or does not say why it is refused', async () => {
    const { host, called } = openPage('/chat/c1', start(question, answer()));
    fireEvent.click(await screen.findByRole('button', { name: /Talk to/ }));
    fireEvent.click(await screen.findByText('Endpoints…'));
    fireEvent.click(await screen.findByText('Add an endpoint'));
    host.refuse('targets.putEndpoint', { code: 'ENDPOINT_REFUSED', details: { reason: 'linkLocal' } });
    fireEvent.change(await screen.findByLabelText('Name'), { target: { value: 'cloud' } });
    fireEvent.change(screen.getByLabelText('Address'), { target: { value: 'http://169.254.169.254' } });
    fireEvent.change(screen.getByLabelText('API key'), { target: { value: 'sk-1' } });
    fireEvent.click(screen.getByText('Save'));
    expect(await screen.findAllByText(/link-local address/, {}, patience)).not.toHaveLength(0);
    expect(await screen.findByLabelText('Allow this link-local address')).toBeTruthy();
    host.refuse('targets.putEndpoint', null);
    fireEvent.change(screen.getByLabelText('Address'), { target: { value: 'https://api.example.test/v1' } });
    fireEvent.click(screen.getByText('Save'));
    expect(await screen.findByText(/key stored/)).toBeTruthy();
    expect(called('targets.putEndpoint').at(-1)).toMatchObject({ name: 'cloud', kind: 'openai', key: 'sk-1' });
    fireEvent.click(screen.getByLabelText('Change: cloud'));
    expect((await screen.findByLabelText<HTMLInputElement>('API key')).value).toBe('');
  });
});
