import { useNavigate } from '@tanstack/react-router';

/** Goes to one of `places`. */
export function useGo(): (place: object) => void {
  const navigate = useNavigate();
  return (place) => void navigate(place as never);
}
