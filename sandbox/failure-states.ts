import type { Authorization, FakeGoogle, Role, Transport, TransportAnswer } from './runtime';

export const PROXY_STATUSES = ['200', '502'] as const;

/** What goes wrong for the person at the page, so that it can be looked at. */
export interface FailureStates {
  readonly as: Role;
  readonly authorization: 'granted' | 'expired' | 'partial';
  /** How long every request to Lago takes; 0 for as long as it does. */
  readonly slowSeconds: number;
  /** The status under which a proxy's page answers in the place of Lago. */
  readonly proxy: (typeof PROXY_STATUSES)[number] | undefined;
  /** What becomes of every third answer to the sidebar, after its work was done. */
  readonly answers: 'lost' | 'html' | undefined;
}

export const NO_FAILURES: FailureStates = {
  as: 'editor',
  authorization: 'granted',
  slowSeconds: 0,
  proxy: undefined,
  answers: undefined,
};

const AUTHORIZATIONS: { readonly [name in FailureStates['authorization']]: Authorization } = {
  granted: 'granted',
  expired: 'expired',
  partial: { withheld: ['script.external_request'] },
};

const SIGN_IN_PAGE =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>';

/** Takes the person's rights, or gives them back. */
export function setRights(
  google: FakeGoogle,
  { as, authorization }: Pick<FailureStates, 'as' | 'authorization'>,
): void {
  google.access.setRole(google.user, as);
  google.access.authorize(google.user, AUTHORIZATIONS[authorization]);
}

/** The way to Lago as bad as it is asked for at that moment. */
export function troubled(transport: Transport, failures: () => FailureStates): Transport {
  return (requests) => {
    const { proxy, slowSeconds } = failures();
    const answers =
      proxy === undefined ? transport(requests) : requests.map(() => page(Number(proxy)));
    return slowSeconds === 0
      ? answers
      : answers.map((answer) => ({ ...answer, delayMs: slowSeconds * 1000 }));
  };
}

const page = (status: number): TransportAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: SIGN_IN_PAGE,
});
