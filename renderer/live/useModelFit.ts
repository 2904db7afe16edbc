import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { modelReference, type Ollama } from '../../electron/contract/models';
import { useApi } from '../lib/client';
import { computesHere } from '../lib/computesHere';
import type { FitPlaces, ModelToFit } from '../lib/modelToFit';
import { useGpus } from './useGpus';
import { useContainerTable, useEngine } from './useLive';
import { useOfferedModels } from './useOfferedModels';
import { useOllamas } from './useOllamas';

/** Ollama's place in the list of endpoints where no other one is meant: its usual address. */
const usualOllama = 'ollama';
/** Models change at their registry seldom; while a form is open, not at all. */
const sizeFreshMs = 5 * 60_000;
/** A registry is asked for names, not for their beginnings. */
const typedAfterMs = 500;

/** The memory that an Ollama's models get: its container's limit, its machine's memory, free memory of the GPUs. */
export function useFitPlaces(ollama: Pick<Ollama, 'containerId' | 'baseUrl'>): FitPlaces {
  const facts = useEngine()?.facts ?? null;
  const row = useContainerTable()?.containers.find(({ id }) => id === ollama.containerId);
  const isHere = computesHere(ollama);
  const freeGpuBytes = useFreeGpuBytes(isHere);
  return {
    limitBytes: row?.memoryLimitBytes ?? null,
    machineBytes: isHere ? (facts?.memoryBytes ?? null) : null,
    freeGpuBytes,
  };
}

/** Free memory of the machine's GPUs, measured while `isWanted`; null where there are none to measure. */
export function useFreeGpuBytes(isWanted: boolean): number | null {
  const gpus = useGpus(isWanted);
  return gpus.length === 0 ? null : gpus.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
}

interface ToFit {
  endpointId: string;
  /** Null, or what is no name: nothing is asked. */
  model: string | null;
  allowPlainHttp?: boolean;
  /** What is on that Ollama's disk; undefined until it was told. */
  installed: readonly { name: string; sizeBytes: number | null }[] | undefined;
}

/** What a model takes: as it is on disk, or else as its registry tells. Null while there is none to ask for. */
export function useModelToFit({ endpointId, model, allowPlainHttp = false, installed }: ToFit): ModelToFit | null {
  const api = useApi();
  const settled = useSettled(model);
  const isName = model !== null && modelReference.safeParse(model).success;
  const onDisk = installed?.find(({ name }) => name === model || name === `${model}:latest`);
  const shown = useQuery({
    queryKey: ['modelDetails', endpointId, onDisk?.name],
    enabled: onDisk !== undefined,
    retry: false,
    queryFn: ({ signal }) => api.models.show({ endpointId, model: onDisk?.name ?? '' }, { signal }),
  });
  const told = useQuery({
    queryKey: ['pullSize', endpointId, model, allowPlainHttp],
    enabled: isName && settled === model && installed !== undefined && onDisk === undefined,
    staleTime: sizeFreshMs,
    retry: false,
    queryFn: ({ signal }) => api.models.pullSize({ endpointId, model: model ?? '', allowPlainHttp }, { signal }),
  });
  if (!isName) return null;
  if (onDisk?.sizeBytes) {
    if (shown.isPending) return { kind: 'asking' };
    return { kind: 'onDisk', sizeBytes: onDisk.sizeBytes, details: shown.data ?? null };
  }
  if (told.data) {
    const { kind, host } = told.data;
    return kind === 'known' ? { kind: 'inRegistry', sizeBytes: told.data.sizeBytes, host } : told.data;
  }
  // Its Ollama went away meanwhile: nobody can say what is loopback there.
  return told.isError ? { kind: 'unknown', reason: 'elsewhere', host: model } : { kind: 'asking' };
}

/** What was typed, once nothing more is; the first letter waits like all others. */
function useSettled(typed: string | null): string | null {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), typedAfterMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}

/** A model of the person's choice, held against the limit of an Ollama that is about to be run. */
export function useLimitFit(): {
  model: string;
  onModel: (model: string) => void;
  names: string[];
  toFit: ModelToFit | null;
} {
  const [model, onModel] = useState('');
  const ollamas = useOllamas();
  const endpointId = ollamas?.find(({ isUsed }) => isUsed)?.endpointId;
  const listed = useOfferedModels(endpointId === undefined ? null : { kind: 'endpoint', endpointId });
  const isListed = ollamas !== undefined && (endpointId === undefined || !listed.isPending);
  const installed = isListed ? (listed.data ?? []) : undefined;
  const toFit = useModelToFit({ endpointId: endpointId ?? usualOllama, model: model.trim() || null, installed });
  return { model, onModel, names: installed?.map(({ name }) => name) ?? [], toFit };
}
