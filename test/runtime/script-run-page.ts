/** The runner of `google.script.run`, which the sandbox's page brings along. */
export interface Runner {
  withSuccessHandler(handler: (value: unknown, userObject: unknown) => void): Runner;
  withFailureHandler(handler: (error: unknown, userObject: unknown) => void): Runner;
  withUserObject(userObject: unknown): Runner;
  /** The product's one function; others are there as well. */
  rpc(...args: unknown[]): void;
}

/** What the sandbox's server answers to a call. */
export type Answering = (
  name: string,
  args: readonly unknown[],
) => Promise<{ readonly value?: unknown; readonly error?: string }>;

/** As little of a page as the sandbox's `google.script.run` asks for. */
export class PageNode {}

/** Loads the sandbox's `google.script.run` without a browser; once in a test file. */
export async function loadScriptRun(answering: Answering): Promise<() => Runner> {
  const page: { google?: { readonly script: { readonly run: Runner } } } = {};
  const fetch = async (_: string, { body }: { readonly body: string }): Promise<object> => {
    const { function: name, arguments: args } = JSON.parse(body) as {
      readonly function: string;
      readonly arguments: readonly unknown[];
    };
    const answer = await answering(name, args);
    return {
      ok: true,
      headers: new Map([['content-type', 'application/json']]),
      text: async () => JSON.stringify(answer),
    };
  };
  const window = Object.assign(page, {
    parent: { postMessage: () => undefined },
    location: { origin: '' },
  });
  Object.assign(globalThis, { window, fetch, Node: PageNode });
  await import('../../sandbox/page/script-run');
  return () => {
    if (page.google === undefined) throw new Error('The page has no google.');
    return page.google.script.run;
  };
}
