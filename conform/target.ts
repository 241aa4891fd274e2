import type { Transport } from '../sandbox/runtime';
import type { Clock } from './clock';

/** Where to ask, and how requests and time get there. */
export interface Target {
  /** Without `/api/v1`. */
  readonly address: string;
  readonly apiKey: string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Receives the progress, one sentence at a time. */
  readonly tell: (sentence: string) => void;
}
