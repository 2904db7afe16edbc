import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useApi } from '../../lib/client';
import { places } from '../../lib/places';
import { useTellFailure } from '../../ui/useTellFailure';

/** Begins a conversation with a model of an Ollama, and goes there. */
export function useChatWith({ endpointId, ollamaName }: { endpointId: string; ollamaName: string }) {
  const api = useApi();
  const navigate = useNavigate();
  const onError = useTellFailure();
  const begin = useMutation({
    mutationFn: (model: string) =>
      api.chat.create({ target: { kind: 'endpoint', endpointId, name: ollamaName, model } }),
    onSuccess: ({ id }) => void navigate(places.conversation(id)),
    onError,
  });
  const { mutate, isPending } = begin;
  return useCallback(
    (model: string) => {
      if (!isPending) mutate(model);
    },
    [mutate, isPending],
  );
}
