import type { SyncDraft, TabView } from '../../../rpc/contract';
import type { ScreenProps } from '../../screen-props';
import type { Request } from '../../server/request';
import type { Setup, Step } from '../../setup';
import type { Saving } from './autosave';
export interface SetupScreenProps extends ScreenProps {
  readonly setup: Setup;
  readonly saving: Saving;
}

/** What each step of the guided way gets. */
export interface StepProps extends SetupScreenProps {
  readonly draft: SyncDraft;
  readonly vocabulary: Request<'vocabulary'>;
  readonly describe: Request<'describeTab'>;
  readonly edit: (draft: SyncDraft) => void;
  readonly goTo: (step: Step) => void;
}

export interface EventStepProps extends StepProps {
  readonly tab: TabView;
}
