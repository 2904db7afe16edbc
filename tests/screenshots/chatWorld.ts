import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AttachedFile, Message } from '../../electron/contract/chat';
import { describeAttachments } from '../../electron/services/conversationRows';
import type { ConversationStore } from '../../electron/services/conversationStore';
import { Conversations } from '../../electron/services/conversations';

const hour = 3_600_000;
const day = 24 * hour;

const answer = `컨테이너는 이미지에서 만든 **실행 중인 프로세스**예요. 이미지는 읽기 전용 층을 쌓은 것이고, 컨테이너는 그 위에 쓰기 가능한 층을 하나 더해요.

| 구분 | 이미지 | 컨테이너 |
| --- | --- | --- |
| 상태 | 읽기 전용 | 실행·정지 |
| 명령 | \`docker build\` | \`docker run\` |
| 크기 | 226 MB | 쓰기 층만 12 kB |

\`\`\`python
from fastapi import FastAPI

app = FastAPI()

@app.get("/health")
def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "healthy"}
\`\`\`

- [x] \`GET /health\`로 상태 확인
- [ ] \`POST /chat\`으로 말 걸기

> 컨테이너를 지우면 쓰기 층도 함께 사라져요. 남길 것은 볼륨에 두세요. [Docker 문서](https://docs.docker.com/storage/)
`;

interface Turn extends Partial<Message> {
  text: string;
  files?: AttachedFile[];
}

/** Stores a conversation; each turn follows the one before it unless it says otherwise. */
function put(store: ConversationStore, title: string, atMs: number, turns: Turn[], pinned = false): string {
  const id = randomUUID();
  const target = { kind: 'container' as const, id: 'a'.repeat(64), name: 'wharf-llm-api' };
  store.putConversation({
    id,
    title,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    target,
    pinnedAtMs: pinned ? atMs : null,
  });
  let parentId: string | null = null;
  for (const [at, { files = [], ...turn }] of turns.entries()) {
    const message: Message = {
      id: randomUUID(),
      conversationId: id,
      parentId,
      isChosen: true,
      attachments: describeAttachments(files),
      role: at % 2 === 0 ? 'user' : 'assistant',
      createdAtMs: atMs + at * 1000,
      state: 'done',
      failure: null,
      provenance: null,
      numbers: null,
      ...turn,
    };
    store.putMessage(message, files);
    store.choose(message);
    parentId = message.id;
  }
  return id;
}

const topics = [
  'Why does the build miss its cache?',
  '로그가 중간에 끊기는 이유',
  'Write a haiku about harbours',
  'Ollama 모델을 컨테이너에서 쓰는 방법',
  'compose 파일을 검토해 줘',
  'Explain exit code 137',
  '포트 8000이 이미 쓰이고 있대요. 어떻게 고치나요?',
  'A very long title that does not fit into the narrow list at all and has to be cut',
];

/** Conversations of someone who has used the chat for a while; answers ids of the ones that are pictured. */
export async function fillConversations(
  dataFolder: string,
): Promise<{ full: string; failed: string; stopped: string }> {
  const conversations = new Conversations({ file: join(dataFolder, 'conversations.sqlite'), log: () => undefined });
  const store = await conversations.store();
  const now = Date.now();
  const provenance = {
    containerId: 'a'.repeat(64),
    containerName: 'wharf-llm-api',
    image: 'llm-api:latest',
    imageId: `sha256:${'b'.repeat(64)}`,
    backend: 'ollama',
    model: 'qwen2.5:3b',
    requestId: randomUUID(),
  };
  const numbers = { firstTokenMs: 312, totalMs: 5210, promptTokens: 418, completionTokens: 236 };
  for (let at = 0; at < 60; at += 1) {
    const text = topics[at % topics.length] as string;
    put(store, text, now - 2 * hour - at * 0.9 * day, [{ text }, { text: `${text} 컨테이너 로그를 먼저 보세요.` }]);
  }
  put(store, '배포 전 점검표', now - 12 * day, [{ text: '점검표' }, { text: '1. 이미지 태그\n2. 포트' }], true);
  const failed = put(store, 'Explain exit code 137', now - hour, [
    { text: 'Explain exit code 137' },
    {
      text: '',
      state: 'failed',
      failure: { code: 'CHAT_UPSTREAM', details: { status: 503, message: 'model "llama3.2" is not loaded' } },
    },
  ]);
  const stopped = put(store, 'Write a long story', now - 0.5 * hour, [
    { text: 'Write a long story about a harbour' },
    { text: 'Once upon a time there was a harbour that', state: 'stopped', provenance, numbers },
  ]);
  const question = 'main.py와 로그를 보고, 이미지와 컨테이너가 어떻게 다른지 표로 정리해 줘.';
  const files = [
    { name: 'main.py', text: 'from fastapi import FastAPI\n'.repeat(40) },
    { name: 'container.log', text: 'INFO: 127.0.0.1 "GET /health HTTP/1.1" 200 OK\n'.repeat(300) },
  ];
  const full = put(store, '이미지와 컨테이너의 차이', now - 60_000, [
    { text: question, files },
    { text: 'An earlier, shorter version of this answer.', provenance, numbers },
  ]);
  const [asked] = store.messages(full);
  const second: Message = {
    ...(store.messages(full)[1] as Message),
    id: randomUUID(),
    parentId: asked?.id ?? null,
    text: answer,
  };
  store.putMessage(second);
  store.choose(second);
  const thanks: Message = {
    ...second,
    id: randomUUID(),
    parentId: second.id,
    role: 'user',
    text: '고마워! 볼륨은 어디에 생겨?',
  };
  store.putMessage({ ...thanks, provenance: null, numbers: null });
  store.putMessage({
    ...second,
    id: randomUUID(),
    parentId: thanks.id,
    text: '`/var/lib/docker/volumes` 아래에 생겨요.',
  });
  await conversations.close();
  return { full, failed, stopped };
}
