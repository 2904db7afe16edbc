import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { Chat } from '../../electron/services/chat';
import { Conversations } from '../../electron/services/conversations';
import { answeringOver } from './answering';
import { sampleContainer } from './samples';

/** A Wharf reduced to its chat, for a test that kills it: `chatChild <database> <port of the service>`. */
const [file, port] = process.argv.slice(2);
const container = sampleContainer({
  ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: Number(port) }],
});
const chat = new Chat({
  conversations: new Conversations({ file: file ?? '', log: () => undefined }),
  answering: answeringOver(dirname(file ?? ''), () => [container]).answering,
});
const conversation = await chat.create({ kind: 'container', id: container.id, name: container.name });
await chat.send({ conversationId: conversation.id, messageId: randomUUID(), text: 'the question' });
