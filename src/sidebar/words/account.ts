/** An account (address; empty if Google does not say it) as a sentence names it. */
export const accountWords = (account: string): string => account || 'an unnamed account';

/**
 * What is asked before a sync is activated by another account (address) than it was before;
 * undefined if nothing is, also if that was not named.
 */
export const activationQuestion = (
  account: string,
  before: string | undefined,
): { readonly question: string; readonly button: string } | undefined =>
  !before || before === account
    ? undefined
    : {
        question: `It ran as ${before}. Run it as ${accountWords(account)}?`,
        button: 'Activate',
      };
