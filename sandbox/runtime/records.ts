export interface Mail {
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly sender: string;
  readonly at: number;
}

/** A page in the sidebar or in a dialog. */
export interface ShownPage {
  readonly title: string;
  /** What the browser receives, that is after Google's rewriting. */
  readonly html: string;
}

export interface MenuItem {
  readonly caption: string;
  readonly functionName: string;
}

export interface InstalledTrigger {
  readonly id: string;
  readonly handler: string;
  readonly type: 'time' | 'edit';
  /** It runs as this person, whoever edits. */
  readonly creator: string;
  /** Of the clock. */
  readonly everyMinutes?: number;
  /** Id of the file whose edits it waits for. */
  readonly file?: string;
  /** Google lists it still, and does not fire it any more. */
  readonly disabled?: boolean;
}
