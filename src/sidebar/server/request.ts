import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../problem/problem';
import type { Argument, Method, Value } from '../../rpc/contract';
import { call } from './server';

type Progress<T> =
  | { readonly state: 'idle' }
  | { readonly state: 'busy' }
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'failed'; readonly problem: Problem };

/** One of the server's methods as a screen uses it. */
export interface Request<M extends Method> {
  /** Whether an answer is waited for. */
  readonly busy: boolean;
  /** The answer to the last call; undefined until it has come. */
  readonly value: Value<M> | undefined;
  /** Why the last call failed, if it did. */
  readonly problem: Problem | undefined;
  /** Makes a call. The answer to an earlier one no longer counts. */
  send(argument: Argument<M>): void;
  /** Makes the last call again. */
  repeat(): void;
  /** Returns to before the first call; an answer that is waited for no longer counts. */
  forget(): void;
}

/**
 * A request of a screen. Answers come in any order, so only that of the newest call counts, and
 * none after the screen was left.
 */
export function useRequest<M extends Method>(
  method: M,
  onDone?: (value: Value<M>) => void,
): Request<M> {
  const [progress, setProgress] = useState<Progress<Value<M>>>({ state: 'idle' });
  const newest = useRef(0);
  const last = useRef<Argument<M> | undefined>(undefined);
  useEffect(
    () => () => {
      newest.current = -1;
    },
    [],
  );

  const send = (argument: Argument<M>): void => {
    const number = newest.current + 1;
    newest.current = number;
    last.current = argument;
    setProgress({ state: 'busy' });
    call(method, argument).then(
      (value) => {
        if (newest.current !== number) return;
        setProgress({ state: 'done', value });
        onDone?.(value);
      },
      (problem: Problem) => {
        if (newest.current === number) setProgress({ state: 'failed', problem });
      },
    );
  };

  return {
    busy: progress.state === 'busy',
    value: progress.state === 'done' ? progress.value : undefined,
    problem: progress.state === 'failed' ? progress.problem : undefined,
    send,
    repeat: () => {
      if (last.current !== undefined) send(last.current);
    },
    forget: () => {
      newest.current += 1;
      setProgress({ state: 'idle' });
    },
  };
}
