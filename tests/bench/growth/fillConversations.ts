import { Conversations } from '../../../electron/services/conversations';

const messagesEach = 6;
const words =
  '컨테이너 이미지 로그 도커 빌드 모델 답변 포트 오류 확인 토큰 the layer docker build model answer run port volume'.split(
    ' ',
  );

/** Always the same "random" numbers below `limit`. */
let seed = 7;
function random(limit: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  // The low bits of such numbers hardly change.
  return (seed >>> 12) % limit;
}

/** Stores `count` conversations of six messages each in `file`, the same ones every time. */
export async function fillConversations(file: string, count: number): Promise<void> {
  const conversations = new Conversations({ file, log: () => undefined });
  const store = await conversations.store();
  const now = Date.now();
  store.together(() => {
    for (let at = 0; at < count; at += 1) {
      const atMs = now - at * 600_000;
      const id = `c${at}`;
      store.putConversation({
        id,
        title: `${words[at % words.length]} ${at}`,
        createdAtMs: atMs,
        updatedAtMs: atMs,
        target: null,
        pinnedAtMs: null,
      });
      for (let turn = 0; turn < messagesEach; turn += 1) {
        const text = Array.from(
          { length: 20 + random(60) },
          () => `${words[random(words.length)]}${random(9000)}`,
        ).join(' ');
        store.putMessage({
          id: `${id}-${turn}`,
          conversationId: id,
          parentId: turn === 0 ? null : `${id}-${turn - 1}`,
          isChosen: true,
          attachments: [],
          role: turn % 2 === 0 ? 'user' : 'assistant',
          text,
          createdAtMs: atMs,
          state: 'done',
          failure: null,
          provenance: null,
          numbers: null,
        });
      }
    }
  });
  await conversations.close();
}
