import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../lib/client';

const nothing = { networks: [] as string[], volumes: [] as string[] };

/** Networks and volumes that the engine has, to choose from; none until it told. */
export function usePlaces(): { networks: string[]; volumes: string[] } {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['places'],
    staleTime: 5000,
    retry: false,
    queryFn: ({ signal }) => api.containers.places(undefined, { signal }),
  });
  return data ?? nothing;
}
