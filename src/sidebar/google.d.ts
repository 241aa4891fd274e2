/** The slice of Google's page API that the sidebar uses. Each `with…` returns a new runner. */
interface ScriptRun {
  withSuccessHandler(handler: (answer: unknown) => void): ScriptRun;
  withFailureHandler(handler: (error: { readonly message: string }) => void): ScriptRun;
  rpc(callJson: string): void;
  openSidebar(kept: string): void;
}

declare const google: { readonly script: { readonly run: ScriptRun } };
