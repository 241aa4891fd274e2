import type { SyncDraft, TabView } from '../../../rpc/contract';
import type { ScreenProps } from '../../screen-props';
import type { Request } from '../../server/request';
import type { Setup, Step } from '../../setup';
import type { Saving } from './autosave';
import type { ExampleOptions } from './example';

/** What the screen of the setup gets. */
export interface SetupScreenProps extends ScreenProps {
  /** The sync that is being set up, with the step where it stands. */
  readonly setup: Setup;
  /** Whether the server has what is on the screen. */
  readonly saving: Saving;
}

/** What each step of the guided way gets. */
export interface StepProps extends SetupScreenProps {
  /** The sync as it is on the screen. */
  readonly draft: SyncDraft;
  /** Lago's metrics and the filters of templates. */
  readonly vocabulary: Request<'vocabulary'>;
  /** Reads the columns of a tab; the answer goes into the setup. */
  readonly describe: Request<'describeTab'>;
  /** Puts a changed draft in the place of the one on the screen. */
  readonly edit: (draft: SyncDraft) => void;
  /** Opens another step. */
  readonly goTo: (step: Step) => void;
}

/** What a part of the setup gets that is about a draft and its tab. */
export type TabDraftProps = Pick<EventStepProps, 'draft' | 'tab' | 'edit'>;

/** What the step gets that makes the event out of a tab. */
export interface EventStepProps extends StepProps {
  /** The tab of the draft, as it was read. */
  readonly tab: TabView;
}

/** What a part of that step gets. */
export interface WrittenEventProps extends EventStepProps {
  /** With which choices the template was written; undefined if a person has changed it by hand. */
  readonly options: ExampleOptions | undefined;
}
